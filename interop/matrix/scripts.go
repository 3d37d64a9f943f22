package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

var (
	//go:embed scripts/npm_ws.js
	npmScript string
	//go:embed scripts/python_websockets.py
	pythonScript string
)

// npmWS runs in Node, which finds the package from the working directory upwards.
var npmWS = script("npm-ws", "npm ws", everything, func() ([]string, error) {
	return []string{"node", "-e", npmScript}, nil
})

var pythonWebsockets = script("python-websockets", "python websockets", everything, func() ([]string, error) {
	python := programs.PythonWebsockets()
	if python == "" {
		return nil, errors.New("no Python has websockets: " + programs.PythonWebsocketsInstall)
	}
	return []string{python, "-c", pythonScript}, nil
})

// script is a peer whose script is run by a command line. Its libraries check
// text always.
func script(name, title, deflate string, line func() ([]string, error)) peer {
	command := func(ctx context.Context, args ...string) (*exec.Cmd, error) {
		words, err := line()
		if err != nil {
			return nil, err
		}
		return exec.CommandContext(ctx, words[0], append(words[1:], args...)...), nil
	}
	return peer{
		name: name, title: title, text: "always", deflate: deflate,
		version: func() (string, error) {
			cmd, err := command(context.Background(), "version")
			if err != nil {
				return "", err
			}
			var said strings.Builder
			cmd.Stderr = &said
			out, err := cmd.Output()
			if err != nil {
				return "", fmt.Errorf("%w: %s", err, said.String())
			}
			return strings.TrimSpace(string(out)), nil
		},
		server: func() (*exec.Cmd, error) { return command(context.Background(), "server") },
		client: func(ctx context.Context, url string, first int) (*exec.Cmd, error) {
			return command(ctx, "client", url, strconv.Itoa(first))
		},
	}
}
