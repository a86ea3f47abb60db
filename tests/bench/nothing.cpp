// SPDX-License-Identifier: MIT
//
// What the start of any program takes: linked statically, it writes what bench_ask looks for and
// ends. `status` cannot be quicker.
#include <string_view>

#include <unistd.h>

int main() {
    constexpr std::string_view kAnswer = "\"phase\":\"transferring\"\n";
    return write(STDOUT_FILENO, kAnswer.data(), kAnswer.size()) > 0 ? 0 : 1;
}
