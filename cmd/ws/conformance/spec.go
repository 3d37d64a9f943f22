package conformance

import (
	"encoding/json"
	"net/url"
	"os"
	"path"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// spec is a settings file of the Autobahn suite: fuzzingclient.json if it has
// servers, fuzzingserver.json if it has a URL. What stands there besides is about
// things that there are not here.
type spec struct {
	Servers []struct{ Agent, URL string }
	URL     string
	Outdir  string
	Cases   []string
	Exclude []string            `json:"exclude-cases"`
	Agents  map[string][]string `json:"exclude-agent-cases"`
}

// target is a server to be tested.
type target struct {
	url, name string
	not       []string // cases that are left out for it
}

// readSpec reads the file, sets flags that it has values for, and returns its
// servers.
func (o *flags) readSpec() (targets []target, err error) {
	text, err := os.ReadFile(o.spec)
	if err != nil {
		return nil, err
	}
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, command.BadUsage("-spec %s: %v", o.spec, err)
	}
	for _, server := range s.Servers {
		t := target{url: server.URL, name: server.Agent}
		if t.name == "" {
			t.name = t.url
		}
		for agent, cases := range s.Agents {
			if ok, _ := path.Match(agent, t.name); ok {
				t.not = append(t.not, cases...)
			}
		}
		targets = append(targets, t)
	}
	if s.URL != "" && o.listen == "" {
		u, err := url.Parse(s.URL)
		if err != nil {
			return nil, command.BadUsage("-spec %s: %v", o.spec, err)
		}
		o.listen = u.Host
	}
	o.choice.cases = append(o.choice.cases, s.Cases...)
	o.choice.not = append(o.choice.not, s.Exclude...)
	if o.output.autobahn == "" {
		o.output.autobahn = s.Outdir
	}
	return targets, nil
}
