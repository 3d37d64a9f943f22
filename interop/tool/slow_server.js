// An echo with the npm package ws that takes 50 ms for each message, while Pings
// are answered at once. Its first line says where it listens.
'use strict';

const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => console.log(`ws://127.0.0.1:${server.address().port}`));
server.on('connection', (ws) => {
  ws.on('message', (data, isBinary) => setTimeout(() => ws.send(data, { binary: isBinary }), 50));
});
