// SPDX-License-Identifier: MIT
#pragma once

// Objections to a source that cannot be sent, or is probably not meant, before anything is begun.

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

/// True if anything has that name, even a link that leads nowhere.
[[nodiscard]] bool is_there(const std::string& path);

/// Empty if there is no objection. A path that cannot be examined is left to the library, which
/// names the error.
[[nodiscard]] std::optional<Objection> source_objection(const std::vector<std::string>& paths,
                                                        const Grammars& all);

/// "at 1.0 kbit/s image.raw (60 MiB) takes 5.8 days", if it is more than a day.
[[nodiscard]] std::optional<std::string> long_duration(const std::string& name, double bytes,
                                                       std::optional<std::uint64_t> rate_bps);

}  // namespace mcast::cli
