// The only program of an image without a shell: says hello, or ends as its argument tells it.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) > 1 {
		if code, err := strconv.Atoi(os.Args[1]); err == nil {
			fmt.Fprintln(os.Stderr, "leaving with", code)
			os.Exit(code)
		}
	}
	fmt.Println("hello from a static program")
}
