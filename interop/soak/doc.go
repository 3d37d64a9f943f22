// Soak keeps one server busy for a long time with all that can come to it, and
// fails if anything is lost, wrong or left:
//
//	go run ./soak                              thirty minutes
//	go run ./soak -duration 60s                what CI runs
//	go run ./soak -svg soak.svg -seed 2        with a chart, and other random numbers
//
// Server, clients and vandals are one process (package traffic): peers that come,
// talk, listen to broadcasts, are slow, and go in every way; and peers that break
// what they can. All peers of one kind are as many from the beginning to the end.
// So what the process needs (package watch) has to stay as it is. It is looked at
// thirty times, a line each.
//
// The exit status is 1
//
//   - if a message does not come back or is not what was sent, a broadcast is missing,
//     a visit does not end as it has to, or the server does not answer a fault as it has to,
//   - if a kind of fault was not survived once (-duration has to be five times -patience for that),
//   - if the last third of the run needs more than the middle third, by the medians:
//     a tenth and 2 MiB more of heap after garbage collection, a tenth and 20 more
//     goroutines, a tenth and 15 more descriptors,
//   - if a guest, who stays to the end, does not get a close code of 1001 from Shutdown,
//   - if a goroutine or a descriptor is left after Shutdown.
//
// The seed decides what each peer does and sends; when that happens is up to the machine.
package main
