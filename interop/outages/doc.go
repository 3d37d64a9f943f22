// Package outages tests what is to last when something in between does not:
// client.Reconnecting with servers that are killed, stopped and restarted, or
// behind a network that swallows everything, and servers that run out of file
// descriptors.
//
// The servers are processes of their own: this test's program again, see
// program_test.go, which prints what it hears so that a message that arrives
// twice shows.
package outages
