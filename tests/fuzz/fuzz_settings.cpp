// SPDX-License-Identifier: MIT
#include <sstream>
#include <string>

#include "expect.hpp"
#include "unit/cli/fake.hpp"

using namespace mcast;
using namespace mcast::cli;

// Any text as a file of defaults: the transfer is started, or the tool says that the file is wrong,
// in words without control characters.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Role role = data[0] & 1 ? Role::sender : Role::receiver;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    bool started = false;
    test::FakeCommand fake(role);
    fake.command.read_file = [&](const std::string& path) -> Result<std::optional<std::string>> {
        return path == "own.toml" ? std::optional(text) : std::nullopt;
    };
    fake.command.library.send = [&](SendOptions,
                                    const Observer&) -> Result<std::unique_ptr<Session>> {
        started = true;
        return fail(ErrorCode::io, "enough");
    };
    fake.command.library.receive = [&](ReceiveOptions,
                                       const Observer&) -> Result<std::unique_ptr<Session>> {
        started = true;
        return fail(ErrorCode::io, "enough");
    };
    fake.command.library.list = [](std::optional<Role>) { return std::vector<Status>{}; };
    std::vector<std::string> words{"--config", "own.toml"};
    if (role == Role::sender) words.emplace_back("/dev/null");
    const int status = fake.run(words);
    EXPECT_ALWAYS(status != 0 || !started);
    EXPECT_ALWAYS(!fake.err.str().empty() || !fake.out.str().empty());
    return 0;
}
