// Package hub sends messages to many connections, by topics. A [Hub] gives the messages of a topic one order, prepares
// each once, and keeps some for those who come later; a connection that does not read holds up nobody. A [Backplane]
// connects the Hubs of several processes.
//
// It needs nothing but [websocket.Conn]: connections that package server has accepted, or package client has opened,
// are subscribers alike.
//
// In the order of reading:
//
//	hub.go           what can be chosen; stats.go: what there is to count; bounds.go: how much there may be
//	message.go       messages and their positions, position.go
//	publish.go       publishing; block.go: publishers that wait; panic.go: who is told of a panic
//	subscriber.go    a connection and its end; hooks.go: who is told
//	subscription.go  its life in a topic: joining, joined, left
//	topic.go         how long there is a topic; members.go: who is in it; history.go: what it remembers
//	news.go          what the backplane says of it, one after the other; rejoin.go: where that goes on after a loss
//	deliver.go       a message on its way to all
//	queue.go         messages that wait for those who are behind; catchup.go: their writing
//	backplane.go     what connects several processes; broker.go: how it is, and the end
//	memory.go        the one for one process, to be read before another is written; memory_history.go: what it knows
//
// Package hubtest is the suite that a backplane has to pass; hub/nats and hub/redis are modules with those for brokers.
// What clients and servers say to each other is up to the application: ExampleHub is a small way that can resume,
// PROTOCOL.md one that loses nothing, with a client to copy.
//
// A [Subscriber] has one writer at a time. While nothing waits that is the publisher, who hands a message out and never
// waits; otherwise one goroutine that writes the queue.
//
// There are three locks, the Hub's, a topic's and a subscriber's. A topic's may be taken while one of the others is
// held, and none while a topic's is. None is held while a connection is written to or the application is called.
package hub
