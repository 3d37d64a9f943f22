package demo

import (
	"context"
	"net/http"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// rooms makes the rooms that each process has of its own. They come after the chat.
var rooms = []func() room{
	newPrices,
	newBoard,
	newGame,
	newInspector,
}

// longAgo is a position that nobody has been at: who joins after it has missed something, and gets what the hub's Gap
// returns first.
var longAgo = hub.Position{Epoch: "long ago"}

// room is something to see. Its page is at /Path, made of web/Path.html with .css and .js; the connections of the page
// come to /ws/Path.
type room struct {
	Path  string
	Title string
	About string                                       // what it shows, in a sentence or two
	File  string                                       // where to read how
	serve func(context.Context, *websocket.Conn) error // is to the room what Handle is to server.Server
	run   func(context.Context)                        // what happens without anybody, until ctx ends; may be nil
	close func(context.Context)                        // ends what is left after that; may be nil
	watch func(*http.Request, *tap) bool               // whether the room watches a connection's bytes; may be nil
	hubs  map[string]*hub.Hub                          // by names for operators
}
