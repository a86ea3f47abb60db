// SPDX-License-Identifier: MIT
#include "protocol/send/expected_hosts.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

// Names of hosts are ASCII; no locale has a say.
std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (lower.ends_with('.')) lower.pop_back();  // the root's
    return lower;
}

}  // namespace

ExpectedHosts::ExpectedHosts(std::vector<std::string> names) {
    for (auto& name : names)
        if (index_.try_emplace(lower_case(name), names_.size()).second)
            names_.push_back(std::move(name));
}

void ExpectedHosts::mark(std::string_view host, std::vector<bool>& found) const {
    const std::string whole = lower_case(host);
    for (const auto& name : {whole, whole.substr(0, whole.find('.'))})
        if (const auto it = index_.find(name); it != index_.end()) found[it->second] = true;
}

}  // namespace mcast::protocol
