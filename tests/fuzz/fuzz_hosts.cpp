// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include "cli/grammar/host_list.hpp"
#include "expect.hpp"
#include "protocol/send/expected_hosts.hpp"

using namespace mcast;
using namespace mcast::cli;

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kMost = 20'000;

Names sorted(Names names) {
    std::ranges::sort(names);
    return names;
}

// Shortened, they are the same hosts; nobody lacks when all have come.
void check(const Names& names) {
    EXPECT_ALWAYS(std::ranges::none_of(names, &std::string::empty));
    const auto again = parse_hosts(fold_hosts(names));
    EXPECT_ALWAYS(again && sorted(*again) == sorted(names));
    std::vector<protocol::Member> members(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) members[i].host = names[i];
    const protocol::ExpectedHosts expected(names);
    EXPECT_ALWAYS(
        expected
            .lacking(std::span<const protocol::Member>(members), [](const auto&) { return true; })
            .empty());
}

}  // namespace

// Lists of hosts as people write them, in one line and in a file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = parse_hosts(text);
    if (line) {
        EXPECT_ALWAYS(line->size() <= kMost);
        check(*line);
    } else {
        EXPECT_ALWAYS(!line.error().empty());
    }
    const auto file = parse_host_file(text);
    EXPECT_ALWAYS(!file || !file->empty());
    if (file && file->size() <= kMost) check(*file);
    return 0;
}
