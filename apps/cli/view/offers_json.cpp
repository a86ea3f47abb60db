// SPDX-License-Identifier: MIT
#include "cli/view/offers_json.hpp"

#include <nlohmann/json.hpp>

#include "control/status_json.hpp"

namespace mcast::cli {

std::string offers_line(std::span<const Offer> offers) {
    return control::to_line(control::to_json(offers), control::Letters::ascii);
}

}  // namespace mcast::cli
