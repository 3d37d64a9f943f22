package interop

import (
	"net"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
)

// nginxPlain is a reverse proxy without TLS, as nginx's documentation has it for
// WebSocket.
var nginxPlain = front{
	name:    "nginx",
	install: nginxTLS.install,
	program: nginxTLS.program,
	args:    nginxTLS.args,
	config: `
daemon off;
pid {dir}/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path {dir}/body;
	proxy_temp_path {dir}/proxy;
	fastcgi_temp_path {dir}/fastcgi;
	uwsgi_temp_path {dir}/uwsgi;
	scgi_temp_path {dir}/scgi;
	server {
		listen {address};
		location / {
			proxy_pass http://{backend};
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection upgrade;
			proxy_set_header Host $http_host;
		}
	}
}
`,
}

// behindNginx returns our server and the URL at which nginx has it.
func behindNginx(t *testing.T, a agreement) (*ourServer, string) {
	s := serveHTTP(t, false, options(a), nil)
	return s, "ws://" + nginxPlain.start(t, s.hostPort(), never) + "/ws"
}

// Our server behind nginx, with clients of several kinds.
func TestNginx(t *testing.T) {
	for name, newClient := range map[string]func(*testing.T) *peer{
		"our client": func(t *testing.T) *peer { return newOurs(t).peer },
		"npm":        func(t *testing.T) *peer { return npmPeer(t, "client") },
		"gorilla":    func(*testing.T) *peer { return newGorilla().peer },
	} {
		t.Run(name, func(t *testing.T) {
			for _, a := range []agreement{{}, alone(freely)} {
				t.Run(a.name(), func(t *testing.T) {
					s, url := behindNginx(t, a)
					testProxied(t, toUs(s, url, newClient(t), a))
				})
			}
		})
	}
}

// A backend that is down is a refusal with nginx's status.
func TestNginxBadGateway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	url := "ws://" + nginxPlain.start(t, l.Addr().String(), never)
	_, resp, err := client.Dial(soon(t), url, &client.Options{Proxy: client.NoProxy})
	if err == nil || resp == nil || resp.StatusCode != 502 {
		t.Fatalf("Dial: %v, %v, want 502", resp, err)
	}
}
