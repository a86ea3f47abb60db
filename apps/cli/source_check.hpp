// SPDX-License-Identifier: MIT
#pragma once

// What cannot be sent, or cannot be meant to be sent so: told before anything is begun.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/view/advice.hpp"

namespace mcast::cli {

struct Objection {
    std::string text;
    std::string hint;  ///< may be empty
};

/// Whether there is anything of that name, be it a link that leads nowhere.
[[nodiscard]] bool is_there(const std::string& path);

/// Empty: nothing is in the way. A path that cannot be looked at is left to the library, which
/// names what is wrong with it.
[[nodiscard]] std::optional<Objection> source_objection(const std::vector<std::string>& paths,
                                                        const Grammars& all);

/// "at 1.0 kbit/s image.raw (60 MiB) takes 5.8 days", when that is more than a day.
[[nodiscard]] std::optional<std::string> long_duration(const std::string& name, double bytes,
                                                       std::optional<std::uint64_t> rate_bps);

}  // namespace mcast::cli
