package programs

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
	build := exec.Command("go", "build", "-C", source, "-o", path, ".")
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %s", err, out)
	}
	return path, nil
}
