// Package suite tests WebSocket peers from outside: servers that send each
// message back, and clients that do so too and ask for cases by the URLs of the
// Autobahn suite. It is the engine of ws conformance.
//
// # Use
//
//	cases, err := suite.Cases(protocol.Server, false)      // or protocol.Client
//	cases, err = suite.Select(cases, []string{"6455-5.5.1", "utf8-*"}, []string{"*@bytewise"})
//	run, err := suite.Server(ctx, suite.Target{URL: "ws://localhost:9001/"}, suite.Options{Cases: cases})
//	runs, err := suite.Listen(ctx, listener, suite.Options{}) // until ctx ends
//
// A verdict.Run has a verdict for each case, in the order of the cases, whatever
// went wrong; the error of Server says that the server is gone (DownError) or the
// context has ended. Listen says what each agent did, once ctx has ended;
// Options.Report hears of it as soon as an agent asks for its report.
//
// # Where cases come from
//
// The fixtures of testdata/frames and testdata/dialogues say what an endpoint
// makes of a peer's bytes. From outside those can be played in which the endpoint
// sends nothing of its own accord but the echo, and that need no limits but the
// usual ones. testdata/handshakes has requests and responses, testdata/cases what
// only makes sense from outside. A table has byte strings that are UTF-8 or not,
// another the loads: messages that are made up as they are sent and compared as
// they come back, so that no more than a window of them is in memory. A case
// stands for cases of the Autobahn suite by their numbers.
//
// Each is played in variants: whole, a frame or a byte at a time, in chunks.
//
// # The verdict
//
// It counts what the peer does:
//
//   - A message has to come back, a Ping to be answered, a Close to be answered
//     by a Close and, by a server, the end of the connection. A client gets the
//     end from the runner, and has to end the connection then.
//   - For bytes that break a rule the connection has to end, without an echo of
//     the message that broke it. A Close frame before, with the code that fits, is
//     a SHOULD (section 7.1.7): without it the peer is not strict.
//   - What the peer sends itself has to be right: masks, reserved bits, the
//     shortest lengths, control frames, Close frames, compression.
//   - An opening handshake is accepted by 101 or not; other statuses and texts do
//     not count, but for the version that a refusal has to name. What has to be
//     refused is a matter of MUSTs. No rule has a peer accept all that is valid, or
//     bad in what it offers only: a refusal is not strict. A server that refuses the
//     plain request of all other cases, too, cannot be judged: an error.
//
// How much it counts is in testdata/rfc/requirements.tsv: a MUST fails, a SHOULD
// is not strict. A rule that binds senders only obliges nobody who receives: who
// lets it pass is not strict.
//
// Wherever the RFC leaves a choice, all of it passes:
//
//   - a Close is answered with its code, with 1000 or with none; any other good
//     code is not strict (5.5.1);
//   - of several Pings the last is answered at least (5.5.3); Pongs and echoes
//     come in any order; Pings and further Pongs of the peer's own are its right;
//   - an echo may be in one frame or more, compressed or not;
//   - an unmasked frame to a server, or a masked one to a client, ends the
//     connection with or without a Close frame (5.1);
//   - bad UTF-8 in the reason of a Close is 1007 or 1002, a length of 2^63 or
//     more 1002 or 1009, what does not inflate 1002 or 1007;
//   - messages and Pings right before a failure or a Close need not be answered;
//     an answer to those behind a Close is not strict (1.4 is not normative).
//
// Where no rule says what is right, or the runner has to break one to which the
// peer owes nothing, the verdict is informational.
//
// # Reading
//
//	case.go      what a case is; cases.go: where all come from; select.go: which are run
//	parse.go     the fixtures of frames: parse_turn.go what is sent; opening.go: handshakes
//	utf8.go      UTF-8; load.go: loads, loads.go: which; content.go: what a message holds
//	variant.go   how bytes are cut into writes
//	server.go    Server: all cases; play_server.go one; target.go: the way there
//	listen.go    Listen: visits; play_client.go: a case
//	player.go    plays a script: sender.go writes, heard.go takes apart what comes, reader.go headers
//	deflate.go   compression by the standard library; window.go: how far matches reach
//	request.go   opening handshakes as they are sent and checked; extension.go: extensions
//	judge.go     the verdict; requirement.go: what a rule weighs
//	wire.go      what went over the wire
//
// It reads with a small reader of its own, not with package protocol: a bug of
// this module must not hide one.
package suite
