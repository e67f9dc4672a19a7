package db

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"
)

// filler puts a row's cells into the value it was made for.
type filler func([]driver.Value) error

func fillerFor[T any](row *T, columns []string) (filler, error) {
	v := reflect.ValueOf(row).Elem()
	if v.Kind() != reflect.Struct {
		if len(columns) != 1 {
			return nil, fmt.Errorf("a %s takes one column, not %d", v.Type(), len(columns))
		}
		return func(cells []driver.Value) error { return set(v, columns[0], cells[0]) }, nil
	}
	shape := shapeOf(v.Type())
	targets := make([]reflect.Value, len(columns))
	for i, name := range columns {
		at, ok := shape.byName[name]
		if !ok {
			return nil, fmt.Errorf("%s has no field for column %s", v.Type(), name)
		}
		targets[i] = v.FieldByIndex(shape.columns[at].index)
	}
	return func(cells []driver.Value) error {
		for i, cell := range cells {
			if err := set(targets[i], columns[i], cell); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// set stores what a driver gives: int64, float64, bool, string, []byte or nil.
func set(v reflect.Value, column string, cell driver.Value) error {
	if cell == nil {
		v.SetZero()
		return nil
	}
	switch v.Kind() {
	case reflect.Int64, reflect.Int, reflect.Int32, reflect.Int16, reflect.Int8:
		if n, ok := cell.(int64); ok {
			v.SetInt(n)
			return nil
		}
	case reflect.String:
		switch s := cell.(type) {
		case string:
			v.SetString(s)
			return nil
		case []byte:
			v.SetString(string(s))
			return nil
		}
	case reflect.Bool:
		switch b := cell.(type) {
		case bool:
			v.SetBool(b)
			return nil
		case int64:
			v.SetBool(b != 0)
			return nil
		}
	case reflect.Float64:
		switch f := cell.(type) {
		case float64:
			v.SetFloat(f)
			return nil
		case int64:
			v.SetFloat(float64(f))
			return nil
		}
	case reflect.Slice:
		if b, ok := cell.([]byte); ok && v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(append([]byte(nil), b...))
			return nil
		}
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		v.Set(p)
		return set(p.Elem(), column, cell)
	}
	return fmt.Errorf("column %s holds a %T, the field is a %s", column, cell, v.Type())
}

// shape is how a struct lies in a table: its columns in the order of its fields, embedded structs unfolded.
type shape struct {
	columns []shapeColumn
	byName  map[string]int
}

type shapeColumn struct {
	name  string
	index []int
	null  bool // the zero value is stored as NULL
}

var shapes sync.Map // reflect.Type to *shape; a cache of what the types say, the same for ever

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{byName: map[string]int{}}
	s.add(t, nil)
	shapes.Store(t, s)
	return s
}

func (s *shape) add(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)
		tag, ok := f.Tag.Lookup("db")
		if !ok {
			if f.Anonymous && f.Type.Kind() == reflect.Struct {
				s.add(f.Type, index)
			}
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		s.byName[name] = len(s.columns)
		s.columns = append(s.columns, shapeColumn{name, index, option == "null"})
	}
}

// values turns a caller's arguments, named types among them, into what drivers take.
func values(args []any) []driver.NamedValue {
	if len(args) == 0 {
		return nil
	}
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: value(a)}
	}
	return named
}

func value(a any) driver.Value {
	switch v := a.(type) {
	case nil, int64, string, bool, float64, []byte:
		return v
	case int:
		return int64(v)
	}
	return valueOf(reflect.ValueOf(a))
}

func valueOf(v reflect.Value) driver.Value {
	switch v.Kind() {
	case reflect.Int64, reflect.Int, reflect.Int32, reflect.Int16, reflect.Int8:
		return v.Int()
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float64:
		return v.Float()
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		return v.Bytes()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return valueOf(v.Elem())
	}
	panic("db: no column holds a " + v.Type().String())
}

// portable refuses the texts that one engine would store and the other would not.
func portable(args []driver.NamedValue) error {
	for i := range args {
		s, ok := args[i].Value.(string)
		if ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return fmt.Errorf("argument %d is no text that can be stored: it holds a NUL or is not UTF-8: %.40q", i+1, s)
		}
	}
	return nil
}
