package main

import (
	"fmt"

	"go.starlark.net/starlark"
)

// toPlain turns a Starlark value into what encoding/json writes.
func toPlain(value starlark.Value) (any, error) {
	switch value := value.(type) {
	case starlark.NoneType:
		return nil, nil
	case starlark.Bool:
		return bool(value), nil
	case starlark.String:
		return string(value), nil
	case starlark.Int:
		number, ok := value.Int64()
		if !ok {
			return nil, fmt.Errorf("%s is too large", value)
		}
		return number, nil
	case *starlark.Dict:
		return plainDict(value)
	case starlark.Iterable:
		return plainList(value)
	}
	return nil, fmt.Errorf("a %s cannot be recorded", value.Type())
}

func plainDict(dict *starlark.Dict) (map[string]any, error) {
	plain := make(map[string]any, dict.Len())
	for _, item := range dict.Items() {
		key, ok := item[0].(starlark.String)
		if !ok {
			return nil, fmt.Errorf("the key %s is not a string", item[0])
		}
		value, err := toPlain(item[1])
		if err != nil {
			return nil, err
		}
		plain[string(key)] = value
	}
	return plain, nil
}

func plainList(values starlark.Iterable) ([]any, error) {
	plain := []any{}
	iterator := values.Iterate()
	defer iterator.Done()
	for value := starlark.Value(nil); iterator.Next(&value); {
		item, err := toPlain(value)
		if err != nil {
			return nil, err
		}
		plain = append(plain, item)
	}
	return plain, nil
}
