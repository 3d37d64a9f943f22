// The npm package ws under remote control: commands come in and events go out
// as lines of JSON, see peer_test.go.
//
//	node npm_ws.js client
//	node npm_ws.js server [parameters of permessage-deflate, as JSON]
'use strict';

const readline = require('readline');
const { WebSocket, WebSocketServer } = require('ws');

let socket; // the current connection
let conns = 0;

function emit(event) {
  process.stdout.write(JSON.stringify(event) + '\n');
}

function watch(ws, conn) {
  socket = ws;
  ws.on('message', (data, isBinary) => {
    emit({ event: 'message', conn, type: isBinary ? 'binary' : 'text', data: data.toString('base64') });
  });
  ws.on('pong', (data) => emit({ event: 'pong', conn, data: data.toString('base64') }));
  ws.on('error', (err) => emit({ event: 'error', conn, reason: err.message }));
  ws.addEventListener('close', (e) => {
    emit({ event: 'close', conn, code: e.code, reason: e.reason, clean: e.wasClean });
  });
}

function opened(ws, conn, extensions) {
  emit({ event: 'open', conn, subprotocol: ws.protocol, extensions });
}

// permessageDeflate returns the options for the parameters, where false would
// be a refusal.
function permessageDeflate(d, isServer) {
  return {
    serverNoContextTakeover: d.ServerNoContextTakeover || undefined,
    clientNoContextTakeover: d.ClientNoContextTakeover || undefined,
    serverMaxWindowBits: d.ServerMaxWindowBits || undefined,
    clientMaxWindowBits: d.ClientMaxWindowBits || (isServer ? undefined : false),
    threshold: 0,
  };
}

const commands = {
  dial({ url, subprotocols = [], deflate }) {
    const conn = ++conns;
    const options = { rejectUnauthorized: false };
    if (deflate) options.perMessageDeflate = permessageDeflate(deflate, false);
    const ws = new WebSocket(url, subprotocols, options);
    let extensions;
    ws.on('upgrade', (response) => (extensions = response.headers['sec-websocket-extensions']));
    ws.on('open', () => opened(ws, conn, extensions));
    watch(ws, conn);
  },
  send({ type, pieces, ping }) {
    pieces.forEach((piece, i) => {
      if (i === 1 && ping) commands.ping({ data: ping });
      socket.send(Buffer.from(piece, 'base64'), { binary: type === 'binary', fin: i === pieces.length - 1 });
    });
  },
  ping({ data }) {
    socket.ping(Buffer.from(data, 'base64'));
  },
  close({ code, reason }) {
    socket.close(code, reason);
  },
  terminate() {
    socket.terminate();
  },
};

if (process.argv[2] === 'server') {
  const deflate = JSON.parse(process.argv[3] || 'null');
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: deflate && permessageDeflate(deflate, true),
    handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
  });
  server.on('listening', () => emit({ event: 'listening', port: server.address().port }));
  server.on('connection', (ws) => {
    const conn = ++conns;
    watch(ws, conn);
    opened(ws, conn);
  });
}

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  const command = JSON.parse(line);
  commands[command.do](command);
});
input.on('close', () => process.exit());
