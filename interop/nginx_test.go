package interop

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// nginxConfig is a reverse proxy as nginx's documentation has it for WebSocket.
const nginxConfig = `
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
`

// startNginx starts nginx in front of the backend, a host and port, and returns
// its own host and port.
func startNginx(t *testing.T, backend string) string {
	t.Helper()
	nginx := programs.Find(t, "apt-get install nginx-light", "nginx", "/usr/sbin/nginx")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()

	address := l.Addr().String()
	dir := t.TempDir()
	config := filepath.Join(dir, "nginx.conf")
	text := strings.NewReplacer("{dir}", dir, "{address}", address, "{backend}", backend).Replace(nginxConfig)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := prepare(t, nginx, "-p", dir, "-e", "stderr", "-c", config)
	// nginx inherits the listening socket, as in an upgrade of its binary: the
	// port is ours from the start, and connections wait until nginx is ready.
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Env = append(os.Environ(), "NGINX=3;")
	start(t, cmd)
	return address
}

// behindNginx returns our server and the URL at which nginx has it.
func behindNginx(t *testing.T, a agreement) (*ourServer, string) {
	s := serveHTTP(t, false, options(a), nil)
	_, backend, _ := strings.Cut(strings.TrimSuffix(s.url, "/ws"), "//")
	return s, fmt.Sprintf("ws://%s/ws", startNginx(t, backend))
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
	url := "ws://" + startNginx(t, l.Addr().String())
	_, resp, err := client.Dial(soon(t), url, &client.Options{Proxy: client.NoProxy})
	if err == nil || resp == nil || resp.StatusCode != 502 {
		t.Fatalf("Dial: %v, %v, want 502", resp, err)
	}
}
