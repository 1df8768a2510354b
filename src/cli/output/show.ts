/** The line of `show --json`: the state, as `toJSON()` of a Session gives it. */
import { state } from "../../event/schema.js";

export const showLine = state;
