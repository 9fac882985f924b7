/**
 * The callers that may do something.
 * - `anyone`: each authenticated caller;
 * - `reader`: of any project, with any role; what isn't visible to it doesn't exist for it;
 * - `owner`: a member of the project that owns the thing;
 * - `owner-or-parent-owner`: or of the project that owns the thing's parent, such as the network that a port is on;
 * - `parent-owner`: a member of the project that owns the parent of the thing, which may be new;
 * - `member`: a member of the project that will own the new thing;
 * - `project`: of the project that owns the thing, with any role; that it exists is no secret to others;
 * - `admin`.
 * An administrator may do all of it.
 */
export type Requirement =
  | 'anyone'
  | 'project'
  | 'reader'
  | 'owner'
  | 'owner-or-parent-owner'
  | 'parent-owner'
  | 'member'
  | 'admin';

/** Requirements by verb (`get`, `list` where that is another, `create`, `update`, `delete`) and by action. Those that are not named are for administrators. */
export type Policy = Readonly<Record<string, Requirement>>;
