package modules

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// nested is a module of the repository, or the root.
type nested struct {
	folder string // from the root, with slashes
	file   *modfile.File
}

func (m nested) path() string { return m.file.Module.Mod.Path }

// used finds the modules that users import or install: all but this one.
func used(t *testing.T) (all []nested) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || isLeftOut(name)):
			return fs.SkipDir
		case d.IsDir() || d.Name() != "go.mod":
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := modfile.Parse(name, data, nil)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		all = append(all, nested{filepath.ToSlash(folder), file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// isLeftOut reports whether a folder has no module that users get.
func isLeftOut(name string) bool {
	base := filepath.Base(name)
	return base == "testdata" || base == "node_modules" || name == filepath.Join(root, "interop")
}

// pack adds m to a folder that is a proxy of modules.
func (m nested) pack(t *testing.T, proxy string) {
	t.Helper()
	v := module.Version{Path: m.path(), Version: version}
	folder := filepath.Join(proxy, filepath.FromSlash(v.Path), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	goMod := m.released(t)
	info, err := json.Marshal(map[string]any{"Version": version, "Time": time.Unix(0, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, v, m.files(t, goMod)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".mod":  goMod,
		version + ".info": info,
		version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// released returns m's go.mod as a release has it: without replace, which go install refuses.
func (m nested) released(t *testing.T) []byte {
	t.Helper()
	file, err := modfile.Parse(m.folder, modfile.Format(m.file.Syntax), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Replace {
		if r.New.Version != "" || !strings.HasPrefix(r.New.Path, ".") {
			t.Errorf("%s/go.mod replaces %s by %s, which users do not", m.folder, r.Old.Path, r.New)
		}
		if err := file.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			t.Fatal(err)
		}
	}
	file.Cleanup()
	return modfile.Format(file.Syntax)
}

// files returns the files of m, with another go.mod.
func (m nested) files(t *testing.T, goMod []byte) (all []zip.File) {
	t.Helper()
	checked, err := zip.CheckDir(m.in())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range checked.Valid {
		name, err := filepath.Rel(m.in(), path)
		if err != nil {
			t.Fatal(err)
		}
		f := file{name: filepath.ToSlash(name), path: path}
		if name == "go.mod" {
			f.data = goMod
		}
		all = append(all, f)
	}
	return all
}

// file is a file to be packed, with other data if that is not nil.
type file struct {
	name, path string
	data       []byte
}

func (f file) Path() string                { return filepath.ToSlash(f.name) }
func (f file) Lstat() (fs.FileInfo, error) { return os.Lstat(f.path) }

func (f file) Open() (io.ReadCloser, error) {
	if f.data != nil {
		return io.NopCloser(bytes.NewReader(f.data)), nil
	}
	return os.Open(f.path)
}
