package serve

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// environment returns the variables of a command: those of ws itself, and what CGI
// has (RFC 3875, section 4.1) that tells something of r, the request of the
// connection.
func environment(own []string, r *http.Request, subprotocol string) []string {
	env := slices.DeleteFunc(slices.Clone(own), ofRequest)
	host, port, _ := net.SplitHostPort(r.RemoteAddr)
	env = append(env,
		"REMOTE_ADDR="+host,
		"REMOTE_PORT="+port,
		"REQUEST_URI="+r.RequestURI,
		"PATH_INFO="+r.URL.Path,
		"QUERY_STRING="+r.URL.RawQuery,
		"WS_SUBPROTOCOL="+subprotocol,
		"HTTP_HOST="+r.Host,
	)
	if r.TLS != nil {
		env = append(env, "HTTPS=on")
	}
	for name, values := range r.Header {
		if variable, ok := fieldVariable(name); ok {
			env = append(env, variable+"="+strings.Join(values, separator(name)))
		}
	}
	return env
}

// ofRequest reports whether a variable of ws itself would be taken for one of a
// request that lacks it. HTTP_PROXY is no field, it names a proxy.
func ofRequest(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return name == "HTTPS" || strings.HasPrefix(name, "HTTP_") && name != "HTTP_PROXY"
}

// fieldVariable returns the variable for a field. There is none for Proxy, which
// would choose the proxy of many programs, and for names that a client could have
// chosen to be taken for others.
func fieldVariable(name string) (variable string, ok bool) {
	name = strings.ToUpper(name)
	plain := strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
	return "HTTP_" + strings.ReplaceAll(name, "-", "_"), plain && name != "PROXY"
}

// separator is what stands between the values of a field that comes several times.
func separator(name string) string {
	if name == "Cookie" {
		return "; "
	}
	return ", "
}
