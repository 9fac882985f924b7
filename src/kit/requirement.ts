/**
 * The callers that may do something.
 * - `anyone`: each authenticated caller;
 * - `reader`: of any project, with any role; what isn't visible to it doesn't exist for it;
 * - `owner`: a member of the project that owns the thing;
 * - `owner-or-parent-owner`: or of the project that owns the thing's parent, such as the network that a port is on;
 * - `parent-owner`: a member of the project that owns the parent of the thing, which may be new;
 * - `member`: a member of the project that will own the new thing;
 * - `admin`.
 * An administrator may do all of it.
 */
export type Requirement = 'anyone' | 'reader' | 'owner' | 'owner-or-parent-owner' | 'parent-owner' | 'member' | 'admin';

/** Requirements by verb (`get`, `create`, `update`, `delete`) and by action. What isn't named is for administrators. */
export type Policy = Readonly<Record<string, Requirement>>;
