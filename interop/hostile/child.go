package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// A child is this program again, in a role: its argument. It says what it has to say in lines
// of JSON, does something for each line that it is told, and ends with its standard input.

// roles are what children can be.
var roles = map[string]func(args []string) error{
	"server": serve,
	"sink":   sink,
	"crowd":  crowd,
	"probe":  probe,
	"attack": attack,
}

// say tells the parent.
func say(v any) error { return json.NewEncoder(os.Stdout).Encode(v) }

// orders calls f for each line that the parent says.
func orders(f func(line string)) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		f(lines.Text())
	}
}

// number is an argument of a child.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("argument of a child: " + err.Error()) // our own parent's mistake
	}
	return n
}

// child is the parent's side.
type child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	said  *json.Decoder
}

// start starts a child.
func start(args ...any) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	words := []string{"-role"}
	for _, a := range args {
		words = append(words, fmt.Sprint(a))
	}
	c := &child{cmd: exec.Command(self, words...)}
	c.cmd.Stderr, c.cmd.SysProcAttr = os.Stderr, fate
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.stdin, c.said = stdin, json.NewDecoder(stdout)
	return c, c.cmd.Start()
}

// hear waits for the next thing that the child says.
func (c *child) hear(v any) error {
	if err := c.said.Decode(v); err != nil {
		return fmt.Errorf("%v: %w", c.cmd.Args[2:], err)
	}
	return nil
}

// tell gives the child an order.
func (c *child) tell(order string) error {
	_, err := fmt.Fprintln(c.stdin, order)
	return err
}

// ask gives an order and waits for the answer.
func (c *child) ask(order string, answer any) error {
	return errors.Join(c.tell(order), c.hear(answer))
}

// stop ends the process, also one that is stopped, and waits until it has ended.
func (c *child) stop() {
	c.stdin.Close()
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// family is children that end together.
type family []*child

// start starts a child and waits for what it says first.
func (f *family) start(first any, args ...any) (*child, error) {
	c, err := start(args...)
	if err != nil {
		return nil, err
	}
	*f = append(*f, c)
	return c, c.hear(first)
}

func (f *family) stop() {
	for _, c := range *f {
		c.stop()
	}
}
