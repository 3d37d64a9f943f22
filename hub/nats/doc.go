// Package nats connects Hubs of several processes by NATS. It has two backplanes, both on a connection of nats.go that
// belongs to the program:
//
//   - [Core] passes messages on, by core NATS. They have no numbers and nobody keeps them: what is published while a
//     process has lost its server does not come to it, which its Hub tells subscribers as a gap.
//   - [JetStream] has a stream that keeps messages. They have numbers, IDs and a history: a process that comes back to
//     NATS goes on where it was, a client goes on in whatever process.
//
// Open the connection with nats.MaxReconnects(-1), or it gives up after some minutes, and with a short
// nats.PingInterval: that is how it finds out about a server that has vanished without a word. A program that reads
// nothing else from the connection needs no handlers: the backplanes set none. It closes the connection after them.
//
// A topic is a subject of one token below a prefix, with what a token must not have, and %, as %2E. A message's Data is
// the payload. Its Type, if it is not Text, its Key and its ID are in headers, see frame.go. So other programs on NATS
// publish to a topic, and follow it, without knowing of a Hub; what they send and is no message is ignored and counted.
//
// In the order of reading:
//
//	subject.go        topics as subjects
//	frame.go          messages as those of NATS
//	link.go           whether there is a server, and since when; watch.go: who is told
//	life.go           how a backplane is closed
//	inbox.go          what has come from it; batch.go: the messages of each topic in that
//	subscriptions.go  who has subscribed to what
//	core.go           Core; core_run.go: its goroutine
//	jetstream.go      JetStream; stream.go: the stream; epoch.go: when its numbers begin again
//	publish.go        publishing to it
//	history.go        reading back; reader.go: the messages; api.go: requests for them
//	follow.go         following it, by one consumer; follow_run.go: what that sends
package nats
