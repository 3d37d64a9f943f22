// The npm package ws under test.
//
//	version             of the package
//	server              says where it listens, ends with its input
//	client URL FIRST    runs the cases of the suite at URL
'use strict';

const { WebSocket, WebSocketServer } = require('ws');

const agent = 'npm-ws';

// Every message is compressed, and may have as many fragments as it likes.
const options = { perMessageDeflate: { threshold: 0 }, maxFragments: 0 };

function serve() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options }, () =>
    console.log(`127.0.0.1:${server.address().port}`),
  );
  server.on('connection', (ws) => {
    ws.on('message', (data, binary) => ws.send(data, { binary }));
    ws.on('error', () => {}); // the Close frame is the library's
  });
  process.stdin.on('end', () => process.exit()).resume();
}

// visit resolves to the last message when the connection has ended.
function visit(url, echo) {
  return new Promise((resolve) => {
    let last;
    const ws = new WebSocket(url, options);
    ws.on('message', (data, binary) => {
      last = data;
      if (echo) ws.send(data, { binary });
    });
    ws.on('error', () => {});
    ws.on('close', () => resolve(last));
  });
}

async function run(url, first) {
  const count = Number(await visit(`${url}/getCaseCount`, false));
  for (let n = first; n <= count; n++) {
    console.log(n);
    await visit(`${url}/runCase?case=${n}&agent=${agent}`, true);
  }
  await visit(`${url}/updateReports?agent=${agent}`, false);
}

const [what, ...rest] = process.argv.slice(1); // node -e has no file in it
switch (what) {
  case 'version':
    console.log(require('ws/package.json').version);
    break;
  case 'server':
    serve();
    break;
  case 'client':
    run(rest[0], Number(rest[1]));
}
