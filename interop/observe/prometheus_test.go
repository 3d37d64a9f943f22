package observe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// patience bounds everything that a test waits for, against hanging.
const patience = 10 * time.Minute

// prometheus is one that runs.
type prometheus struct {
	testing.TB
	addr string
}

// startPrometheus starts one that reads the metrics at addresses every second, each as a job, until the test ends.
func startPrometheus(t *testing.T, jobs map[string]string) prometheus {
	t.Helper()
	path := programs.Find(t, "apt-get install prometheus", "prometheus")
	folder, p := t.TempDir(), prometheus{t, programs.Port(t)}
	config := "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
	for job, addr := range jobs {
		config += fmt.Sprintf("- {job_name: %s, static_configs: [{targets: ['%s']}]}\n", job, addr)
	}
	file := filepath.Join(folder, "prometheus.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+p.addr, "--log.level=warn")
	run(t, cmd)
	return p
}

// run starts a process, and ends it with the test.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer late.Stop()
		cmd.Wait()
	})
}

// sample is one value of an answer.
type sample struct {
	labels map[string]string
	value  float64
}

// ask returns the answer to a query, nothing while there is nobody to answer.
func (p prometheus) ask(query string) (answer []sample) {
	p.Helper()
	r, err := http.Get("http://" + p.addr + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return nil
	}
	defer r.Body.Close()
	var told struct {
		Error string
		Data  struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any // when, and a number as text
			}
		}
	}
	err = json.NewDecoder(r.Body).Decode(&told)
	switch {
	case r.StatusCode == http.StatusServiceUnavailable:
		return nil // it starts
	case err != nil || told.Error != "":
		p.Fatalf("%s: %v %s", query, err, told.Error)
	}
	for _, s := range told.Data.Result {
		text, _ := s.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			p.Fatalf("%s: %v", query, err)
		}
		answer = append(answer, sample{s.Metric, value})
	}
	return answer
}

// wait waits until the answer to a query, which has one value, is so.
func (p prometheus) wait(query string, is func(float64) bool) {
	p.Helper()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		answer := p.ask(query)
		if len(answer) == 1 && is(answer[0].value) {
			return
		}
		if time.Since(began) > patience {
			p.Fatalf("%s: %v", query, answer)
		}
	}
}

// caughtUp waits until all jobs were read, as things are now.
func (p prometheus) caughtUp(jobs int) {
	p.Helper()
	now := float64(time.Now().UnixMilli()) / 1000
	p.wait("sum(up)", exactly(float64(jobs)))
	p.wait("min(timestamp(up))", func(at float64) bool { return at > now }) // of up itself: an expression is of now
}
