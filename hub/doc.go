// Package hub sends messages to many connections, by topics. A [Hub] gives the messages of a topic one order, prepares
// each once, and keeps some for those who come later; a connection that does not read holds up nobody. A [Backplane]
// connects the Hubs of several processes.
//
// It needs nothing but [websocket.Conn]: connections that package server has accepted, or package client has opened,
// are subscribers alike.
//
// In the order of reading:
//
//	hub.go         what can be chosen, publishing, counts
//	subscriber.go  joining and leaving; hooks.go: who is told
//	topic.go       how long there is a topic; history.go: what it remembers
//	deliver.go     a message on its way to all
//	queue.go       messages that wait for those who are behind
//	backplane.go   what connects several processes; memory.go: within one
package hub
