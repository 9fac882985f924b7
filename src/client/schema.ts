/** A JSON Schema, as far as the API's description uses it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly (string | number)[];
  readonly examples?: readonly (string | number)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly readOnly?: boolean;
  /** Another schema of the document. */
  readonly $ref?: string;
  /** Of an id: the resource that it names. */
  readonly 'x-references'?: string;
  /** Of an id: the property beside it whose value names that resource. */
  readonly 'x-references-by'?: string;
}
