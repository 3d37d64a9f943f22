// Package demo is what ws demo serves: the uses of WebSocket as small programs over real connections, with pages for
// browsers. They are meant to be read and copied from.
//
//	demo.go   the pages, and which connection goes to which room
//	rooms.go  the list of rooms
//	inspector.go  connections from the inside, taken apart by package dissect; tap.go has the bytes
//	chat.go   a chat: rooms, names, presence, typing; nothing is lost or comes twice with a connection
//
// The pages are in web: page.html is around each of them, style.css and socket.js, a WebSocket that reconnects, are
// for all. A room's own are its .html, which becomes the page's main part, its .css and its .js.
package demo
