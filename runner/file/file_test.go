package file_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/file"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A file is there whole or as it was, by its own name alone, with the rights that it had.
func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := file.Write(path, text("one")); err != nil || read(t, path) != "one" {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := file.Write(path, func(w io.Writer) error { return errors.Join(text("tw")(w), broken) })
	if !errors.Is(err, broken) || read(t, path) != "one" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := file.Write(path, text("two")); err != nil || read(t, path) != "two" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %s", err, info.Mode())
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("a", link); err != nil {
		t.Skip(err) // needs a right of its own on Windows
	}
	if err := file.Write(link, text("three")); err != nil || read(t, path) != "three" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	if found, err := os.ReadDir(dir); err != nil || len(found) != 2 {
		t.Errorf("%v, %v", err, found)
	}
}

// In a folder that takes no new files one that is there is written all the same.
func TestWriteInPlace(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("the rights of folders do not bind")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, []byte("longer than"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }()
	if err := file.Write(path, text("now")); err != nil || read(t, path) != "now" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	broken := errors.New("broken")
	if err := file.Write(path, func(io.Writer) error { return broken }); !errors.Is(err, broken) || read(t, path) != "" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	if err := file.Writable(filepath.Join(dir, "b")); err == nil {
		t.Error("a new file can be written")
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	if err := file.Write(path, text(strings.Repeat("x", 100))); err != nil {
		t.Fatal(err)
	}
	if data, err := file.Read(path, 100); err != nil || len(data) != 100 {
		t.Errorf("%v, %d", err, len(data))
	}
	if _, err := file.Read(path, 99); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Error(err)
	}
	if data, err := file.Read(os.DevNull, 99); err != nil || len(data) != 0 {
		t.Errorf("%v, %d", err, len(data))
	}
	if _, err := file.Open(filepath.Dir(path)); err == nil {
		t.Error("a folder is opened")
	}
	if file.Write(os.DevNull, text("x")) != nil || file.Writable(os.DevNull) != nil {
		t.Error("nothing can be dropped")
	}
}
