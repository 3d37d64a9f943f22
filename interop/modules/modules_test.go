package modules

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const (
	root    = "../.."
	version = "v0.1.0" // which the modules require of each other
)

// A stranger's program can import each package of each module, and the tool can be installed.
//
// The modules have the version here that they will have when they are released: so a cache of modules in which they
// were once would be wrong for ever, and this test has one of its own. What others have made comes from the one that
// there is, in which it was checked against go.sum, and else from where it always comes. Not for go install, which asks
// for modules that do not exist, too.
func TestStrangers(t *testing.T) {
	modules := used(t)
	proxy := t.TempDir()
	var packages, programs []string
	for _, m := range modules {
		goes(t, m.in(), nil, "mod", "download")
		m.pack(t, proxy)
		p := m.packages(t)
		packages = append(packages, p["library"]...)
		if slices.Contains(p["main"], m.path()) {
			programs = append(programs, m.path())
		}
	}
	cache := strings.TrimSpace(goes(t, ".", nil, "env", "GOMODCACHE"))
	elsewhere := strings.TrimSpace(goes(t, ".", nil, "env", "GOPROXY"))
	files := "GOPROXY=file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(filepath.Join(cache, "cache", "download"))
	alone := []string{
		"GOMODCACHE=" + t.TempDir(),
		"GOFLAGS=-modcacherw -mod=mod -trimpath -buildvcs=false", // -trimpath: what was compiled once is known
		"GOSUMDB=off",
		"GOTOOLCHAIN=local",
		"GOBIN=" + t.TempDir(),
	}
	goes(t, consumer(t, modules, packages), append(alone, files+","+elsewhere), "build", "./...")
	for _, p := range programs {
		goes(t, t.TempDir(), append(alone, files), "install", p+"@"+version)
	}
	if len(programs) == 0 {
		t.Error("there is no program to install")
	}
}

// consumer returns a folder with a program that requires modules and imports packages.
func consumer(t *testing.T, modules []nested, packages []string) string {
	t.Helper()
	folder := t.TempDir()
	goMod, program := "module example.org/stranger\n\ngo 1.26.0\n\n", "package main\n\n"
	for _, m := range modules {
		goMod += fmt.Sprintf("require %s %s\n", m.path(), version)
	}
	for _, p := range packages {
		program += fmt.Sprintf("import _ %q\n", p)
	}
	for name, text := range map[string]string{"go.mod": goMod, "main.go": program + "\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func (m nested) in() string { return filepath.Join(root, filepath.FromSlash(m.folder)) }

// packages returns the packages of m that others can import, as "library", and its programs, as "main".
func (m nested) packages(t *testing.T) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	list := goes(t, m.in(), nil, "list", "-f", "{{if .GoFiles}}{{.Name}} {{.ImportPath}}{{end}}", "./...")
	for line := range strings.Lines(list) {
		name, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.Contains(path+"/", "/internal/"):
		case name == "main":
			all["main"] = append(all["main"], path)
		default:
			all["library"] = append(all["library"], path)
		}
	}
	return all
}

// goes runs go in a folder and returns what it prints.
func goes(t *testing.T, folder string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s in %s: %v\n%s%s", strings.Join(args, " "), folder, err, out, errs.String())
	}
	return string(out)
}

// Each module is in the lists by which people and checks go.
func TestLists(t *testing.T) {
	var want []string
	for _, m := range used(t) {
		want = append(want, m.folder)
	}
	slices.Sort(want)
	lists := map[string][]string{"go.work": uses(t)}
	maps.Copy(lists, loops(t, "lint"))
	maps.Copy(lists, loops(t, "tidy"))
	maps.Copy(lists, loops(t, "cross"))
	for name, list := range lists {
		want := want
		if name == "make cross, loop 2" { // other systems go without wsnats, which the Makefile explains
			want = slices.DeleteFunc(slices.Clone(want), func(folder string) bool { return folder == "cmd/wsnats" })
		}
		list = slices.DeleteFunc(list, func(folder string) bool { return folder == "interop" })
		if slices.Sort(list); !slices.Equal(list, want) {
			t.Errorf("%s has the modules %q, in the repository are %q", name, list, want)
		}
	}
}

// uses returns the folders that go.work lists.
func uses(t *testing.T) (folders []string) {
	t.Helper()
	name := filepath.Join(root, "go.work")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	work, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range work.Use {
		folders = append(folders, filepath.ToSlash(filepath.Clean(use.Path)))
	}
	return folders
}

// loops returns the lists of modules over which the commands of a target of the Makefile go.
func loops(t *testing.T, target string) map[string][]string {
	t.Helper()
	out, err := exec.Command("make", "-C", root, "--no-print-directory", "-n", target).Output()
	if err != nil {
		t.Fatal(err)
	}
	lists := make(map[string][]string)
	for i, loop := range strings.Split(string(out), "for module in ")[1:] {
		list, _, _ := strings.Cut(loop, ";")
		lists[fmt.Sprintf("make %s, loop %d", target, i+1)] = strings.Fields(list)
	}
	if len(lists) == 0 {
		t.Errorf("make %s goes over no modules", target)
	}
	return lists
}

// The modules require each other in the version that is tested here, by folders in this repository only.
func TestRequirements(t *testing.T) {
	modules := used(t)
	for _, m := range modules {
		for _, r := range m.file.Require {
			if !strings.HasPrefix(r.Mod.Path+"/", modules[0].path()+"/") {
				continue
			}
			if r.Mod.Version != version {
				t.Errorf("%s/go.mod requires %s, want %s", m.folder, r.Mod, version)
			}
		}
	}
}

// A release has a tag for each module, and no replace: nobody could install a program with one.
func TestRelease(t *testing.T) {
	clone := t.TempDir()
	runs(t, root, "git", "clone", "--quiet", "--shared", ".", clone)
	script, err := os.ReadFile(filepath.Join(root, ".ci", "release"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(clone, ".ci", "release"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	modules := used(t)
	args := []string{version}
	for _, m := range modules {
		args = append(args, m.folder)
	}
	runs(t, clone, filepath.Join(".ci", "release"), args...)
	for _, m := range modules {
		tag := strings.TrimPrefix(m.folder+"/"+version, "./")
		name := strings.TrimPrefix(m.folder+"/go.mod", "./")
		data := runs(t, clone, "git", "show", tag+":"+name)
		file, err := modfile.Parse(name, []byte(data), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(file.Replace) > 0 || file.Module.Mod.Path != m.path() {
			t.Errorf("%s in %s: %s", name, tag, data)
		}
	}
}

// runs runs a program in a folder and returns what it prints.
func runs(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.org",
		"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.org")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, errs.String())
	}
	return string(out)
}
