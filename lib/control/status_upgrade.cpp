// SPDX-License-Identifier: MIT
#include "control/status_upgrade.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <mcast/status.hpp>

namespace mcast::control {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormer = 1;

std::uint64_t number(const Json& object, const char* key) {
    const auto member = object.find(key);
    const bool is_number = member != object.end() && member->is_number_unsigned();
    return is_number ? member->get<std::uint64_t>() : 0;
}

// In version 1 `verified` was true for each receiver that would verify, and `percent` was 100 for
// those that failed.
void upgrade_receiver(Json& row, std::uint64_t bytes_total) {
    row.emplace("cause", nullptr);
    const auto state = row.find("state");
    const bool succeeded = state != row.end() && *state == "success";
    if (!succeeded) row["verified"] = false;
    if (succeeded || bytes_total == 0) return;
    const auto done = std::min(number(row, "bytes_done"), bytes_total);
    const double part = static_cast<double>(done) / static_cast<double>(bytes_total);
    row["percent"] = std::min(static_cast<unsigned>(100 * part), 99U);
}

void upgrade_sender(Json& json) {
    std::uint64_t best = number(json, "bytes_done");
    const auto rows = json.find("receivers");
    if (rows != json.end() && rows->is_array()) {
        for (auto& row : *rows) {
            if (!row.is_object()) continue;
            upgrade_receiver(row, number(json, "bytes_total"));
            best = std::max(best, number(row, "bytes_done"));
        }
    }
    json.emplace("best_bytes_done", best);
    json.emplace("receivers_wanted", 1U);
    json.emplace("receivers_at_start", nullptr);
    json.emplace("rate_mode", nullptr);
    json.emplace("rate_reason", nullptr);
    json.emplace("missing", Json::array());
}

}  // namespace

bool is_former(const Json& status) {
    if (!status.is_object()) return false;
    const auto version = status.find("version");
    return version != status.end() && *version == kFormer;
}

Json upgraded(Json former) {
    former["version"] = Status::kVersion;
    former.emplace("feedback_port", nullptr);
    former.emplace("bytes_expected", nullptr);
    former.emplace("bytes_reached", number(former, "bytes_done"));
    const auto stats = former.find("stats");
    if (stats != former.end() && stats->is_object()) {
        for (const char* counter : {"foreign", "malformed", "refused", "unserved"})
            stats->emplace(counter, 0U);
        stats->emplace("malformed_kinds", Json::object());
    }
    const auto role = former.find("role");
    if (role != former.end() && *role == "sender") upgrade_sender(former);
    return former;
}

}  // namespace mcast::control
