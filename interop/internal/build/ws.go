// Package build builds the ws command, which is a module of its own, for tests
// that run it as a process.
package build

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// WS builds ws, whose module is in the folder source, into another folder
// and returns the path of the program.
func WS(source, folder string) (string, error) {
	path, err := filepath.Abs(filepath.Join(folder, "ws"))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-C", source, "-o", path, ".")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %s", err, out)
	}
	return path, nil
}
