// The texts that the page needs at first. Here, as in every module that brings texts along, those in English stand for
// those of the language that the page is built for (scripts/build.mjs).

import english from "../i18n/en.json" with { type: "json" };
import files from "../i18n/en.files.json" with { type: "json" };
import insights from "../i18n/en.insights.json" with { type: "json" };
import panels from "../i18n/en.panels.json" with { type: "json" };
import views from "../i18n/en.views.json" with { type: "json" };

export const TEXTS = [english, files, views, panels, insights];
