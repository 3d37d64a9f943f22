// Package hubtest is the test that each [hub.Backplane] has to pass.
//
// Whoever writes one says how to connect to the broker, what backplane and broker can do, and how to take the broker
// away:
//
//	func TestBackplane(t *testing.T) {
//		server := startPostgres(t)
//		hubtest.Run(t, hubtest.Broker{
//			New: func(t testing.TB) hub.Backplane { return postgres.New(server.Connect(t)) },
//			Can: hubtest.Abilities{Numbers: true, Order: true, History: 1000, Status: true},
//			Faults: []hubtest.Fault{
//				{Name: "killed", Disconnects: true, Break: server.Kill, Mend: server.Start},
//				{Name: "paused", Break: server.Pause, Mend: server.Resume},
//			},
//		})
//	}
//
// The suite looks at two levels: at a Backplane, by a [hub.Receiver] that notes what it is told, and at whole Hubs on
// Backplanes, with connections that are [websocket.Pipe]. Nothing is skipped: what a backplane cannot do is printed, and
// tested, too. It fails if the backplane does it after all.
//
// In the order of reading:
//
//	hubtest.go    what is declared, and Run with the list of cases
//	process.go    a process: its Backplane, and a Receiver that notes; await.go: waiting for what has to come
//	delivery.go   order, batches, interest, Unsubscribe; content.go: topics, types, data; ids.go: IDs
//	positions.go  numbers; joining.go: where the history ends and live messages begin; history.go: what is kept
//	ending.go     contexts that have ended, Close, Watch
//	hubs.go       Hubs and their clients: nothing lost without a Gap, nothing twice
//	traffic.go    who publishes there, and goes on; ledger.go: what has to have come of it
//	faults.go     the same while the broker is lost
//
// Its own tests have a broker that can be lost, and backplanes that are wrong: each has to fail, for the right reason.
package hubtest
