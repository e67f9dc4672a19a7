package upkeep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"tandem/internal/fault"
)

// part is a file that is being written beside the name it will have.
type part struct {
	file *os.File
	name string // the name it will have
}

func createPart(name string) (*part, error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, taken(name)
	}
	path := name + ".part"
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, unwritable(name, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, unwritable(name, err)
	}
	return &part{f, name}, nil
}

func taken(name string) error {
	return fault.Conflictf("%s exists already", name).WithMend("name another file, or move this one away")
}

func unwritable(name string, err error) error {
	return fault.Forbiddenf("%s cannot be written: %w", name, err).WithMend("name a file in a folder that exists and that you may write to")
}

// Write writes to the part.
func (p *part) Write(b []byte) (int, error) { return p.file.Write(b) }

func (p *part) empty() error {
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	_, err := p.file.Seek(0, io.SeekStart)
	return err
}

// publish gives the file its name once every byte is on the disk.
func (p *part) publish() error {
	if err := p.file.Sync(); err != nil {
		return fmt.Errorf("write %s to the disk: %w", p.name, err)
	}
	if err := p.stillOurs(); err != nil {
		return err
	}
	if err := p.rename(); err != nil {
		return err
	}
	return errors.Join(p.file.Close(), syncFolder(filepath.Dir(p.name)))
}

// stillOurs: another backup to the same name may have replaced the part.
func (p *part) stillOurs() error {
	mine, err := p.file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Lstat(p.file.Name())
	if err != nil || !os.SameFile(mine, there) {
		return fault.Conflictf("another backup to %s has begun meanwhile", p.name).WithMend("give each backup a name of its own")
	}
	return nil
}

// rename makes a second name and takes the first away, because that, unlike a rename, fails where the name is taken.
func (p *part) rename() error {
	path := p.file.Name()
	err := os.Link(path, p.name)
	if err == nil {
		return os.Remove(path)
	}
	if errors.Is(err, os.ErrExist) {
		return taken(p.name)
	}
	// a file system without links
	if _, err := os.Lstat(p.name); err == nil {
		return taken(p.name)
	}
	return os.Rename(path, p.name)
}

func (p *part) discard() error {
	if p.stillOurs() != nil {
		return p.closed()
	}
	return errors.Join(p.closed(), os.Remove(p.file.Name()))
}

func (p *part) closed() error {
	if err := p.file.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// syncFolder makes the new name last. Not every system lets a folder be synced.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, os.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// onDisk says plainly that the disk is full.
func onDisk(name string, err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fault.Unavailablef("the disk that should hold %s is full: %w", name, err).WithMend("make room, or name a file on another disk")
	}
	return err
}
