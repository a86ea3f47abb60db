// SPDX-License-Identifier: MIT
#include "cli/view/paint.hpp"

namespace mcast::cli {
namespace {

std::string_view escape(Colour colour) {
    switch (colour) {
        case Colour::good:
            return "\x1b[32m";
        case Colour::bad:
            return "\x1b[1;31m";
        case Colour::attention:
            return "\x1b[33m";
        case Colour::none:
            return "";
    }
    return "";
}

}  // namespace

std::string painted(std::string_view text, Colour colour, const Paper& paper) {
    const auto begin = paper.colour ? escape(colour) : std::string_view();
    if (begin.empty() || text.empty()) return std::string(text);
    return std::string(begin) + std::string(text) + "\x1b[0m";
}

}  // namespace mcast::cli
