// SPDX-License-Identifier: MIT
#include "cli/offers_json.hpp"

#include <nlohmann/json.hpp>

#include "control/status_json.hpp"

namespace mcast::cli {

std::string offers_line(std::span<const Offer> offers) {
    constexpr bool kOnlyAscii = true;
    return control::to_json(offers).dump(-1, ' ', kOnlyAscii,
                                         nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace mcast::cli
