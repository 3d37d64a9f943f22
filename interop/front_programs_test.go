package interop

// nginxTLS passes on all that WebSocket needs. Below /default/ it does what nginx
// does by itself, below /http11/ with HTTP/1.1, and below /upstream/ all but Host
// is passed on.
var nginxTLS = front{
	name:    "nginx",
	install: "nginx-light",
	program: []string{"nginx", "/usr/sbin/nginx"},
	args:    []string{"-p", "{dir}", "-e", "stderr", "-c", "{config}"},
	config: `
daemon off;
pid {dir}/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_max_body_size 0;
	proxy_request_buffering off;
	client_body_temp_path {dir}/body;
	proxy_temp_path {dir}/proxy;
	fastcgi_temp_path {dir}/fastcgi;
	uwsgi_temp_path {dir}/uwsgi;
	scgi_temp_path {dir}/scgi;
	server {
		listen {address} ssl;
		ssl_certificate {pem};
		ssl_certificate_key {pem};
		location / {
			proxy_pass http://{backend};
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
			proxy_set_header Host $http_host;
			proxy_read_timeout {idle}s;
		}
		location /default/ {
			proxy_pass http://{backend}/;
		}
		location /http11/ {
			proxy_pass http://{backend}/;
			proxy_http_version 1.1;
		}
		location /upstream/ {
			proxy_pass http://{backend}/;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
		}
	}
}
`,
}

// haproxy speaks HTTP/2 too, with WebSocket in it (RFC 8441): what a browser
// sends that way reaches our server as an upgrade of HTTP/1.1. Front-Version says
// what it was.
var haproxy = front{
	name:    "HAProxy",
	install: "haproxy",
	program: []string{"haproxy", "/usr/sbin/haproxy"},
	args:    []string{"-db", "-f", "{config}"},
	config: `
defaults
	mode http
	timeout connect 1h
	timeout client 1h
	timeout server 1h
	timeout tunnel {idle}s
frontend site
	bind {address} ssl crt {pem} alpn h2,http/1.1
	http-request set-header Front-Version %[req.ver]
	default_backend ours
backend ours
	server ours {backend}
`,
}

// caddy has no timeout of its own for what is silent, but one for its reads.
var caddy = front{
	name:    "Caddy",
	install: "caddy",
	program: []string{"caddy"},
	args:    []string{"run", "--adapter", "caddyfile", "--config", "{config}"},
	config: `
{
	admin off
	auto_https off
	default_sni 127.0.0.1
	storage file_system {dir}
	servers {
		protocols h1 h2
	}
}
https://{address} {
	bind 127.0.0.1
	tls {pem} {pem}
	reverse_proxy {backend} {
		transport http {
			read_timeout {idle}s
		}
	}
}
`,
}

// apache passes on all that WebSocket needs, below /upstream/ all but Host. What
// follows a URL of the backend holds for all lines with that URL.
var apache = front{
	name:    "Apache",
	install: "apache2",
	program: []string{"apache2", "/usr/sbin/apache2"},
	args:    []string{"-X", "-f", "{config}"},
	config: `
ServerRoot {dir}
DefaultRuntimeDir {dir}
ServerName 127.0.0.1
PidFile {dir}/apache.pid
ErrorLog /dev/stderr
LogLevel error
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
User www-data
Group www-data
Timeout {idle}
Listen {address}
SSLEngine on
SSLCertificateFile {pem}
ProxyPreserveHost On
<Location /upstream/>
	ProxyPreserveHost Off
</Location>
ProxyPass /upstream/ http://{backend}/ upgrade=websocket timeout={idle}
ProxyPass / http://{backend}/ upgrade=websocket timeout={idle}
`,
}
