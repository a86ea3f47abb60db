// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/send/member.hpp"

namespace mcast::protocol {

/// The hosts that a sender was told to expect. A name without a dot means every host whose first
/// label it is; one with a dot means the whole name. Case does not matter.
class ExpectedHosts {
  public:
    ExpectedHosts() = default;
    explicit ExpectedHosts(std::vector<std::string> names);

    [[nodiscard]] bool empty() const { return names_.empty(); }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

    /// The names, in the order in which they were given, of hosts that are none of these receivers;
    /// only those count that `counts` says yes to.
    template <typename Counts>
    [[nodiscard]] std::vector<std::string> lacking(std::span<const Member> receivers,
                                                   Counts&& counts) const {
        if (names_.empty()) return {};
        std::vector<bool> found(names_.size(), false);
        for (const Member& member : receivers)
            if (counts(member)) mark(member.host, found);
        std::vector<std::string> rest;
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (!found[i]) rest.push_back(names_[i]);
        return rest;
    }

  private:
    void mark(std::string_view host, std::vector<bool>& found) const;

    std::vector<std::string> names_;
    std::unordered_map<std::string, std::size_t> index_;  ///< by the name in lower case
};

}  // namespace mcast::protocol
