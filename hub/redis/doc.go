// Package redis connects Hubs of several processes by Redis, or Valkey. It has two backplanes, both on a client of
// go-redis that belongs to the program:
//
//   - [PubSub] passes messages on. They have no numbers and nobody keeps them: what is published while a process has lost
//     its server does not come to it, which its Hub tells subscribers as a gap.
//   - [Streams] keeps messages, too. They have numbers, IDs and a history: a process that comes back to Redis goes on
//     where it was, a client goes on in whatever process.
//
// # Clients
//
// Both take a redis.UniversalClient, which is one of these:
//
//	redis.NewClient                 one server                     SUBSCRIBE and PUBLISH
//	redis.NewFailoverClient         what sentinels say is primary  the same
//	redis.NewClusterClient          a cluster                      SSUBSCRIBE and SPUBLISH, of Redis 7
//	redis.NewFailoverClusterClient  as a cluster of one            the same
//
// A redis.Ring is refused: no server of it has all of a topic. All keys of a topic have the same hash tag, and so are in
// one slot, as its channel is. A process has one connection to a server, or to each of a cluster's that it needs, for
// all topics, besides those of the client's pool, which it publishes and reads by. To subscribe to several topics is one
// command; in a cluster it is one for each, since they are in different slots, in one direction, without waiting.
//
// go-redis sends a command again, by itself, when it does not know whether the first one was carried out. Those that
// publish it does not: a publisher learns of it by [hub.ErrUncertain].
//
// # What can be lost
//
// A server that is killed, or fails over, may have forgotten messages that it had taken: replication and the append-only
// file are behind. Streams begin another epoch then, whether anything is missing or not, and Hubs tell subscribers of a
// gap. What publishers are to know of before Publish returns is configured in Redis: min-replicas-to-write refuses
// messages while no replica listens. maxmemory-policy should be noeviction: other ones may forget IDs.
//
// Now and then a link publishes something to itself: so it is found out within seconds that a server stands still, or
// has been replaced without a word.
//
// # Others
//
// What a channel or a stream has is written down in frame.go: other programs can follow topics, and publish by the
// script publish.lua. What they send and is no message is ignored and counted. Where Redis has an ACL, the user needs the
// keys and channels of the Prefix, SUBSCRIBE, UNSUBSCRIBE and PUBLISH, or those of shards, too, and for Streams INFO,
// EVAL, EVALSHA and what the scripts call.
//
// In the order of reading:
//
//	key.go            topics as names; frame.go: messages as bytes
//	servers.go        kinds of clients
//	attempt.go        a command that is sent once, and what is known of it
//	pubsub.go         PubSub
//	streams.go        Streams; script.go: what Redis runs, numbering.lua, publish.lua and read.lua; read.go: reading back
//	subscriptions.go  who has subscribed to what; deliver.go: what the Receiver is told
//	connect.go        links to servers; link.go: one of them
//	life.go           how a backplane is closed; watch.go: who is told whether there is a broker
package redis
