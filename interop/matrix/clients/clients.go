// Package clients holds a client for each Go library of the matrix that does
// what clients of the Autobahn suite do: it asks for the number of cases, sends
// back what comes in each of them, and asks for the report. Each uses its
// library as its documentation shows, with every check and compression on.
package clients

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
)

// A Client is a library's.
type Client struct {
	Name string // as in package peers
	// visit connects, sends each message back if it is to echo, and returns the
	// last one when the connection has ended.
	visit func(ctx context.Context, url string, echo bool) (last []byte, err error)
}

// All are the clients.
var All = []Client{
	{"rfc6455", visitRFC6455},
	{"gorilla", visitGorilla},
	{"coder", visitCoder},
	{"gobwas", visitGobwas},
	{"gws", visitGws},
	{"nbio", visitNbio},
}

// Find returns the client of that name.
func Find(name string) (Client, bool) {
	i := slices.IndexFunc(All, func(c Client) bool { return c.Name == name })
	if i < 0 {
		return Client{}, false
	}
	return All[i], true
}

// Run runs the cases of the suite at base, the first one by its number. It tells
// each number before the case.
func (c Client) Run(ctx context.Context, base string, first int, tell io.Writer) error {
	text, err := c.visit(ctx, base+"/getCaseCount", false)
	count, bad := strconv.Atoi(string(text))
	if bad != nil {
		return fmt.Errorf("the number of cases is %.20q: %v", text, err)
	}
	agent := url.QueryEscape(c.Name)
	for n := first; n <= count && ctx.Err() == nil; n++ {
		fmt.Fprintln(tell, n)
		// How a connection ends is for the suite to judge.
		c.visit(ctx, fmt.Sprintf("%s/runCase?case=%d&agent=%s", base, n, agent), true)
	}
	c.visit(ctx, base+"/updateReports?agent="+agent, false)
	return ctx.Err()
}

// maxMessage is the most bytes of a message where a library has a limit that is
// less.
const maxMessage = 16 << 20
