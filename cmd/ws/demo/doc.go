// Package demo is what ws demo serves: the uses of WebSocket as small programs over real connections, with pages for
// browsers. They are meant to be read and copied from.
//
//	command.go  Command: ws demo, its flags
//	demo.go     the pages, and which connection goes to which room
//	metrics.go  what operators see
//	rooms.go    the list of rooms
//	pace.go     for all rooms: those who send too much are slowed down
//	chat.go     people talk: chat_talk.go is what they say, chat_people.go who is here, chat_presence.go how other
//	            processes hear of it and chat_elsewhere.go what these tell; hub/PROTOCOL.md is what pages and chat say
//	broker.go   what connects the chats of several processes; broker_open.go opens that of a -backplane
//	prices.go   prices change, thousands watch: prices_market.go is where they come from
//	board.go    several people draw: board_model.go is the drawing and the messages
//	game.go     ships collect stars: game_world.go is what happens, game_scene.go what pages are told
//	bytes.go    for these two: numbers in binary messages
//	inspector.go  connections from the inside, taken apart by package dissect: inspector_watched.go is one of them,
//	              tap.go has its bytes; inspector_paste.go takes bytes from people
//
// The core of the chat and of the prices, in twenty lines each, are the examples of hub.Hub.
//
// The pages are in web: page.html is around each of them, style.css and socket.js, a WebSocket that reconnects, are
// for all, topic.js is the chat's way to it, to be copied, bytes.js and token.js are for the whiteboard and the game. A room's own are its .html, which becomes the page's
// main part, its .css and its .js.
package demo
