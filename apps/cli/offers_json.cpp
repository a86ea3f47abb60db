// SPDX-License-Identifier: MIT
#include "cli/offers_json.hpp"

#include <nlohmann/json.hpp>

namespace mcast::cli {

std::string offers_line(std::span<const Offer> offers) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& offer : offers) {
        nlohmann::ordered_json one;
        one["name"] = offer.name;
        one["meta"] = offer.meta;
        one["sender"] = offer.sender;
        one["host"] = offer.host;
        one["transfer"] = offer.transfer;
        one["bytes_total"] = nullptr;
        if (offer.bytes_total) one["bytes_total"] = *offer.bytes_total;
        one["started"] = offer.started;
        one["receivers"] = offer.receivers;
        all.push_back(std::move(one));
    }
    return all.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace mcast::cli
