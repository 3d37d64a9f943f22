// A chat with the npm package ws, compressed as it is by default: what one says
// all hear. Its first line says where it listens.
'use strict';

const { WebSocket, WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
server.on('listening', () => console.log(`ws://127.0.0.1:${server.address().port}`));
server.on('connection', (ws) => {
  ws.on('message', (data, isBinary) => {
    for (const one of server.clients) {
      if (one.readyState === WebSocket.OPEN) one.send(data, { binary: isBinary });
    }
  });
});
