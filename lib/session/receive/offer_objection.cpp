// SPDX-License-Identifier: MIT
#include "session/receive/offer_objection.hpp"

#include <filesystem>

#include "storage/safe_name.hpp"

namespace mcast::session {
namespace {

// True: the file gets the offered name.
bool takes_offered_name(const ReceiveOptions& options) {
    std::error_code none;
    return options.output.ends_with('/') || std::filesystem::is_directory(options.output, none);
}

// A command gets the name in its environment, and may make a file of it.
std::string exec_objection(const std::string& name) {
    auto why = storage::name_objection(name);
    if (why.empty()) why = storage::unasked_objection(name);
    return why.empty() ? std::string() : std::string(why) + "; --session would take it";
}

}  // namespace

std::string offer_objection(const protocol::OfferInfo& offer, const ReceiveOptions& options) {
    if (!options.exec.empty())
        return options.name.empty() ? exec_objection(offer.name) : std::string();
    if (!takes_offered_name(options)) return {};
    if (const auto why = storage::name_objection(offer.name); !why.empty())
        return std::string(why) + "; --output with a file's name would take it";
    if (!options.name.empty()) return {};
    const auto why = storage::unasked_objection(offer.name);
    if (why.empty()) return {};
    return std::string(why) + "; --session or --output with a file's name would take it";
}

}  // namespace mcast::session
