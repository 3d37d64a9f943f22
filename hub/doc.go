// Package hub sends messages to many connections, by topics. A [Hub] gives the messages of a topic one order, prepares
// each once, and keeps some for those who come later; a connection that does not read holds up nobody. A [Backplane]
// connects the Hubs of several processes.
//
// It needs nothing but [websocket.Conn]: connections that package server has accepted, or package client has opened,
// are subscribers alike.
//
// In the order of reading:
//
//	hub.go           what can be chosen, counts; bounds.go: how much there may be
//	publish.go       messages and publishing; panic.go: who is told of a panic
//	subscriber.go    a connection and its end; hooks.go: who is told
//	subscription.go  its life in a topic: joining, joined, left
//	topic.go         how long there is a topic; history.go: what it remembers
//	deliver.go       a message on its way to all
//	queue.go         messages that wait for those who are behind; catchup.go: their writing
//	backplane.go     what connects several processes; memory.go: within one
//
// A [Subscriber] has one writer at a time. While nothing waits that is the publisher, who hands a message out and never
// waits; otherwise one goroutine that writes the queue.
//
// There are three locks, the Hub's, a topic's and a subscriber's. A topic's may be taken while one of the others is
// held, and none while a topic's is. None is held while a connection is written to or the application is called.
package hub
