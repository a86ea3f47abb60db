// SPDX-License-Identifier: MIT
#include "cli/events_json.hpp"

#include <nlohmann/json.hpp>

#include "control/status_json.hpp"

namespace mcast::cli {
namespace {

std::string line(const nlohmann::ordered_json& json) {
    constexpr bool kOnlyAscii = true;
    return json.dump(-1, ' ', kOnlyAscii, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string event_line(const Event& event) {
    return line(control::to_json(event));
}

std::string status_line(const Status& status) {
    return line(control::to_json(status));
}

std::string receivers_line(const Status& status) {
    const auto all = control::to_json(status);
    nlohmann::ordered_json some;
    for (const auto* key : {"version", "session", "name", "state", "receivers", "paced_by"}) {
        some[key] = all.at(key);
    }
    return line(some);
}

}  // namespace mcast::cli
