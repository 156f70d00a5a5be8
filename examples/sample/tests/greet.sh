# The greeter's tests, run in the build.
set -eu
echo "testing the greeter $(cat app/VERSION)"
grep -q '^GREETING=' config/greeting.conf
test "$(greet world)" = 'Hello, world!'
echo passed
