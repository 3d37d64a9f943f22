package main

import (
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// usageErrors are command lines that cannot be understood, and what is said
// about each.
var usageErrors = []struct{ args, stderr string }{
	{"foo", `ws: unknown command "foo" (see "ws help")`},
	{"-x", `ws: unknown command "-x" (see "ws help")`},
	{"conect", `ws: unknown command "conect", did you mean connect? (see "ws help")`},
	{"Serve", `ws: unknown command "Serve", did you mean serve? (see "ws help")`},
	{"re", `ws: unknown command "re", did you mean replay? (see "ws help")`},
	{"hlep serve", `ws: unknown command "hlep", did you mean help? (see "ws help")`},
	{"help foo", `ws: no help on "foo" (see "ws help")`},
	{"help prxoy", `ws: no help on "prxoy", did you mean proxy? (see "ws help")`},
	{"--version now", `ws: "now" is one argument too many (see "ws help version")`},
	{"version -x", `ws: flag provided but not defined: -x (see "ws help version")`},
	{"demo here", `ws: "here" is one argument too many (see "ws help demo")`},
	{"demo -origin example.com", `ws: -origin "example.com" is no origin such as https://example.com (see "ws help demo")`},
	{"serve -nope", `ws: flag provided but not defined: -nope (see "ws help serve")`},
	{"serve -adr :8080", `ws: flag provided but not defined: -adr, did you mean -addr? (see "ws help serve")`},
	{"serve -tls", `ws: flag provided but not defined: -tls, did you mean -tls-cert, -tls-key or -tls-self-signed? (see "ws help serve")`},
	{"serve --read-limti=5", `ws: flag provided but not defined: -read-limti, did you mean -read-limit? (see "ws help serve")`},
	{"serve here", `ws: "here" is one argument too many (see "ws help serve")`},
	{"serve -addr", `ws: flag needs an argument: -addr (see "ws help serve")`},
	{"serve -tls-cert a", `ws: -tls-cert and -tls-key go together (see "ws help serve")`},
	{"serve -tls-key a", `ws: -tls-cert and -tls-key go together (see "ws help serve")`},
	{"serve -tls-cert a -tls-key b -tls-self-signed", `ws: -tls-self-signed does not go with -tls-cert (see "ws help serve")`},
	{"serve -read-limit 0", `ws: -read-limit has to be positive (see "ws help serve")`},
	{"serve -read-limit x", `ws: invalid value "x" for flag -read-limit: parse error (see "ws help serve")`},
	{"serve -origin example.com", `ws: -origin "example.com" is no origin such as https://example.com (see "ws help serve")`},
	{"serve -origin *,https://", `ws: -origin "https://" is no origin such as https://example.com (see "ws help serve")`},
	{"serve -context-takeover", `ws: -context-takeover goes with -compress (see "ws help serve")`},
	{"serve -compress-budget 1", `ws: -compress-budget goes with -compress (see "ws help serve")`},
	{"serve -compress -compress-budget -1", `ws: invalid value "-1" for flag -compress-budget: want a number from 0 to 1099511627776 (see "ws help serve")`},
	{"serve -compress -window-bits 7", `ws: invalid value "7" for flag -window-bits: want a number from 8 to 15 (see "ws help serve")`},
	{"serve -compress -peer-window-bits 16", `ws: invalid value "16" for flag -peer-window-bits: want a number from 8 to 15 (see "ws help serve")`},
	{"serve -compress -compress-level 0", `ws: invalid value "0" for flag -compress-level: want a number from 1 to 9 (see "ws help serve")`},
	{"serve -compress -compress-level 10", `ws: invalid value "10" for flag -compress-level: want a number from 1 to 9 (see "ws help serve")`},
	{"serve -compress -compress-threshold 1.5", `ws: invalid value "1.5" for flag -compress-threshold: want a number from 0 to 67108864 (see "ws help serve")`},
	{"connect", `ws: URL is missing (see "ws help connect")`},
	{"connect ws://a ws://b", `ws: "ws://b" is one argument too many (see "ws help connect")`},
	{"connect localhost:8080", `ws: "localhost:8080" is no URL such as ws://localhost:8080/ (see "ws help connect")`},
	{"connect ftp://a/", `ws: "ftp://a/": the URI's scheme is neither ws nor wss (see "ws help connect")`},
	{"connect -H nonsense ws://a", `ws: invalid value "nonsense" for flag -H: want "Name: value" (see "ws help connect")`},
	{"connect ws://a -H Upgrade:x", `ws: the caller's header has a field that belongs to the handshake: Upgrade (see "ws help connect")`},
	{"connect ws://a -subprotocol a,a", `ws: a subprotocol is offered twice (see "ws help connect")`},
	{"connect ws://a -ping -1s", `ws: -ping has to be positive (see "ws help connect")`},
	{"connect ws://a -window-bits 10", `ws: -window-bits goes with -compress (see "ws help connect")`},
	{"connect ws://a -compress-budget 10", `ws: flag provided but not defined: -compress-budget (see "ws help connect")`},
	{"connect ws://a -cert x", `ws: -cert and -key go together (see "ws help connect")`},
	{"connect ws://a -key x", `ws: -cert and -key go together (see "ws help connect")`},
	{"connect ws://a -cacert x -insecure", `ws: -insecure does not go with -cacert (see "ws help connect")`},
	{"connect ws://a -proxy http://b -unix c", `ws: -proxy does not go with -unix (see "ws help connect")`},
	{"connect ws://a -proxy ftp://b:secret@c", `ws: -proxy wants a URL such as http://proxy:3128, https://proxy or socks5://proxy:1080 (see "ws help connect")`},
	{"connect ws://a -proxy localhost:3128", `ws: -proxy wants a URL such as http://proxy:3128, https://proxy or socks5://proxy:1080 (see "ws help connect")`},
	{"connect ws://a -script x -exec y", `ws: -script goes with none of -binary, -exec, -json, -ping and -reconnect (see "ws help connect")`},
	{"connect ws://a -script x -reconnect", `ws: -script goes with none of -binary, -exec, -json, -ping and -reconnect (see "ws help connect")`},
	{"connect ws://a -reconnect -H Upgrade:x", `ws: the caller's header has a field that belongs to the handshake: Upgrade (see "ws help connect")`},
	{"completion", `ws: SHELL is missing (see "ws help completion")`},
	{"completion tcsh", `ws: "tcsh" is none of bash, fish, zsh (see "ws help completion")`},
	{"proxy", `ws: -to is missing (see "ws help proxy")`},
	{"proxy -to x", `ws: "x" is no URL such as ws://localhost:8080/ (see "ws help proxy")`},
	{"proxy -to ws://a/chat", `ws: -to ws://a/chat: the path is the client's, leave it out here (see "ws help proxy")`},
	{"proxy -to ws://a -delay -1s", `ws: -delay has to be positive (see "ws help proxy")`},
	{"proxy -to ws://a -faults-to me", `ws: -faults-to takes client, server or both (see "ws help proxy")`},
	{"proxy -to ws://a -drop -1", `ws: invalid value "-1" for flag -drop: want a number from 0 to 1073741824 (see "ws help proxy")`},
	{"proxy -to ws://a -tls-key a", `ws: -tls-cert and -tls-key go together (see "ws help proxy")`},
	{"replay chat.ws", `ws: FILE URL is missing (see "ws help replay")`},
	{"replay chat.ws a", `ws: "a" is no URL such as ws://localhost:8080/ (see "ws help replay")`},
	{"replay chat.ws ws://a -speed -1", `ws: -speed has to be positive or 0 (see "ws help replay")`},
	{"replay chat.ws ws://a -speed NaN", `ws: -speed has to be positive or 0 (see "ws help replay")`},
	{"replay chat.ws ws://a -patience 0", `ws: -patience has to be positive (see "ws help replay")`},
	{"inspect a b", `ws: "b" is one argument too many (see "ws help inspect")`},
	{"inspect -from here", `ws: -from "here" is neither client nor server (see "ws help inspect")`},
	{"inspect -json -explain", `ws: -explain does not go with -json, which has all of it (see "ws help inspect")`},
	{"inspect -deflate gzip", `ws: -deflate "gzip": there is no permessage-deflate in it (see "ws help inspect")`},
	{"inspect -deflate permessage-deflate;x", `ws: -deflate "permessage-deflate;x": permessage-deflate has a parameter that it does not know (see "ws help inspect")`},
	{"bench", `ws: URL is missing (see "ws help bench")`},
	{"bench localhost:8080", `ws: "localhost:8080" is no URL such as ws://localhost:8080/ (see "ws help bench")`},
	{"bench ws://a -conns 0", `ws: invalid value "0" for flag -conns: want a number from 1 to 1048576 (see "ws help bench")`},
	{"bench ws://a -pipeline 0", `ws: invalid value "0" for flag -pipeline: want a number from 1 to 4096 (see "ws help bench")`},
	{"bench ws://a -size -1", `ws: invalid value "-1" for flag -size: want a number from 0 to 67108864 (see "ws help bench")`},
	{"bench ws://a -rate -1", `ws: -rate has to be a number from 0 to 10000000 (see "ws help bench")`},
	{"bench ws://a -rate NaN", `ws: -rate has to be a number from 0 to 10000000 (see "ws help bench")`},
	{"bench ws://a -duration 0s", `ws: -duration has to be positive (see "ws help bench")`},
	{"bench ws://a -warmup -1s", `ws: -ramp and -warmup must not be negative (see "ws help bench")`},
	{"bench ws://a -ramp -1s", `ws: -ramp and -warmup must not be negative (see "ws help bench")`},
	{"bench ws://a -compress-level 9", `ws: -compress-level goes with -compress (see "ws help bench")`},
	{"bench ws://a -H Upgrade:x", `ws: the caller's header has a field that belongs to the handshake: Upgrade (see "ws help bench")`},
	{"autobahn -url ws://a -compress-level 9", `ws: -compress-level goes with -compress (see "ws help autobahn")`},
	{"autobahn", `ws: -url is missing (see "ws help autobahn")`},
	{"autobahn -url x", `ws: "x" is no URL such as ws://localhost:8080/ (see "ws help autobahn")`},
	{"autobahn -url ws://a -case -1", `ws: -case has to be positive (see "ws help autobahn")`},
	{"autobahn -url ws://a -timeout 0s", `ws: -timeout has to be positive (see "ws help autobahn")`},
	{"rfc 5.9", `ws: there is no requirement in section 5.9 (see "ws help rfc")`},
	{"rfc 1234-5.1-1", `ws: there is no requirement of the id 1234-5.1-1 (see "ws help rfc")`},
	{"rfc five", `ws: "five" is neither a section such as 5.4 or 7692:7.1 nor an id such as 6455-5.1-3 (see "ws help rfc")`},
	{"rfc 5.1 5.2", `ws: "5.2" is one argument too many (see "ws help rfc")`},
}

func TestUsageErrors(t *testing.T) {
	for _, c := range usageErrors {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			ws.Start(t, strings.Fields(c.args)...).Want(command.ExitUsage, "", c.stderr+"\n")
		})
	}
}
