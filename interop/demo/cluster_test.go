package demo

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// cluster is examples/cluster: a chat on two servers, with Redis behind and HAProxy in front. It starts again what is
// killed.
type cluster struct {
	front string

	mu      sync.Mutex
	pids    map[string]int // of the last run of each, by name
	changed *sync.Cond
}

// startCluster starts examples/cluster/run until the test ends. Then nothing of it may be left.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	for _, program := range []string{"redis-server", "haproxy"} {
		programs.Find(t, "apt-get install "+program, program, "/usr/sbin/"+program)
	}
	c := &cluster{front: programs.Port(t), pids: make(map[string]int)}
	c.changed = sync.NewCond(&c.mu)
	temporary := t.TempDir()
	cmd := exec.Command("../../examples/cluster/run")
	cmd.Env = append(os.Environ(), "TMPDIR="+temporary,
		"FRONT="+c.front, "ONE="+programs.Port(t), "TWO="+programs.Port(t), "REDIS="+programs.Port(t))
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.follow(bufio.NewScanner(out))
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		<-read
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		for name, pid := range c.pids {
			if syscall.Kill(pid, 0) == nil {
				t.Errorf("%s is still there", name)
			}
		}
		if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
	c.await(t, "open", 0)
	return c
}

// follow notes what runs.
func (c *cluster) follow(lines *bufio.Scanner) {
	runs := regexp.MustCompile(`^(\w+) runs; to kill it: kill -9 (\d+)$`)
	for lines.Scan() {
		c.mu.Lock()
		if m := runs.FindStringSubmatch(lines.Text()); m != nil {
			c.pids[m[1]], _ = strconv.Atoi(m[2])
		} else if strings.HasPrefix(lines.Text(), "open ") {
			c.pids["open"] = 1 << 30 // nobody's
		}
		c.changed.Broadcast()
		c.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pids, "open")
	c.changed.Broadcast()
}

// await waits until another process than before runs under a name, and returns its number.
func (c *cluster) await(t *testing.T, name string, before int) int {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	late := time.AfterFunc(patience, c.changed.Broadcast)
	defer late.Stop()
	for began := time.Now(); c.pids[name] == before; c.changed.Wait() {
		if time.Since(began) >= patience {
			t.Fatalf("%s does not run; there are %v", name, c.pids)
		}
	}
	return c.pids[name]
}

// kill kills what runs under a name, and returns its number.
func (c *cluster) kill(t *testing.T, name string) int {
	t.Helper()
	pid := c.await(t, name, 0)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	return pid
}

// dialogue is two pages that say one thing after the other.
type dialogue struct {
	t    *testing.T
	all  []*page
	said []string
}

// talk has both say n things, and waits a moment after each: what is done meanwhile is done in the middle.
func (d *dialogue) talk(n int) {
	d.t.Helper()
	for range n {
		for i, p := range d.all {
			text := fmt.Sprintf("%d says number %d", i, len(d.said))
			d.said = append(d.said, text)
			eval[any](p, `{
				document.getElementById("text").value = `+quote(text)+`;
				document.getElementById("form").requestSubmit();
			}`)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// settle waits until all that was said is in both logs. There it has to be once, in one order; missing says whether the
// pages may say that something may be missing.
func (d *dialogue) settle(missing bool) {
	d.t.Helper()
	var logs [][]string
	for _, p := range d.all {
		p.wait(fmt.Sprintf("document.querySelectorAll('#log li:not(.waiting) .text').length >= %d && !document.querySelector('.waiting')", len(d.said)))
		log := p.log()
		if once := slices.Sorted(slices.Values(log)); !slices.Equal(once, slices.Sorted(slices.Values(d.said))) {
			d.t.Errorf("a page has %d texts of %d:\n%q", len(log), len(d.said), log)
		}
		if noted := eval[bool](p, "!!document.querySelector('#log .note')"); noted && !missing {
			d.t.Error("a page says that something is missing")
		}
		logs = append(logs, log)
	}
	if !missing && !slices.Equal(logs[0], logs[1]) {
		d.t.Errorf("the order differs:\n%q\n%q", logs[0], logs[1])
	}
}

// unreachable is what the console says of a connection while a server is away, or HAProxy does not know yet that it is.
var unreachable = regexp.MustCompile("WebSocket connection to .* failed|^Failed to load resource")

// The server that a page is on is killed: the page goes on at the other one, and nobody misses anything or hears it
// twice. So it is when Redis stands still for longer than servers wait. When Redis is killed, of which what was
// acknowledged is on the disk, pages say that something may be missing: Redis does not tell that nothing is.
func TestCluster(t *testing.T) {
	c, b := startCluster(t), sharedBrowser(t)
	s := &site{addr: c.front}
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	d := &dialogue{t: t, all: []*page{ann, ben}}
	for _, p := range d.all {
		p.mayComplain(unreachable)
		p.wait("document.getElementById('count').innerText == 'Here (2)'")
	}
	place := func(p *page) string { return p.text("#place") }
	d.talk(5)
	d.settle(false)
	for range 2 { // once for each server
		before := place(ann)
		d.talk(5)
		name := c.nameOf(t, before)
		dead := c.kill(t, name)
		d.talk(10)
		ann.wait("document.getElementById('place').innerText != " + quote(before))
		d.settle(false)
		ann.shootAll("cluster")
		c.await(t, name, dead)
		c.listens(t, before)
	}
	redis := c.await(t, "redis", 0)
	for _, signal := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := syscall.Kill(redis, signal); err != nil {
			t.Fatal(err)
		}
		d.talk(10)
		time.Sleep(5 * time.Second) // more than the servers wait for Redis
	}
	d.settle(false)
	dead := c.kill(t, "redis")
	d.talk(10)
	c.await(t, "redis", dead)
	d.settle(true)
	d.talk(2)
	d.settle(true)
	for _, p := range d.all { // who was announced by a server that has died is forgotten by now
		p.wait("document.getElementById('count').innerText == 'Here (2)'")
	}
}

// nameOf returns the name of the server that a page is connected to.
func (c *cluster) nameOf(t *testing.T, place string) string {
	t.Helper()
	_, port, _ := strings.Cut(place, "127.0.0.1:")
	for name, pid := range map[string]int{"one": c.await(t, "one", 0), "two": c.await(t, "two", 0)} {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && strings.Contains(string(line), ":"+port+"\x00") {
			return name
		}
	}
	t.Fatalf("%q is none of %v", place, c.pids)
	return ""
}

// listens waits until HAProxy has the server again that pages call so.
func (c *cluster) listens(t *testing.T, place string) {
	t.Helper()
	_, addr, _ := strings.Cut(place, "connected to ")
	awaitListener(t, addr)
	time.Sleep(time.Second) // two checks of HAProxy's: it has no page here to ask
}

// A server of a NATS cluster is killed, each in turn, so also those that the processes are connected to and the one
// that leads the stream: no page says that anything is missing.
func TestClusterOfBrokers(t *testing.T) {
	brokers, b := startBrokers(t), sharedBrowser(t)
	d := &dialogue{t: t}
	for _, name := range []string{"Ann", "Ben"} {
		s := startSite(t, "-backplane", brokers.url())
		p := b.chat(t, s, "test", name)
		p.mayComplain(unreachable)
		d.all = append(d.all, p)
	}
	for _, p := range d.all {
		p.wait("document.getElementById('count').innerText == 'Here (2)'")
	}
	d.talk(5)
	d.settle(false)
	for _, p := range brokers {
		d.talk(5)
		p.kill()
		d.talk(10)
		d.settle(false)
		p.start(t)
		p.awaitHealth(t)
	}
	if places := map[string]bool{d.all[0].text("#place"): true, d.all[1].text("#place"): true}; len(places) != 2 {
		t.Errorf("the pages are %v", slices.Collect(maps.Keys(places)))
	}
}
