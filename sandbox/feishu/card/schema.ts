/**
 * The shapes of card JSON 2.0: which properties each part may have, and of what kind each is. The platform refuses a
 * whole card for one property that it does not know (docs/facts/feishu.md 5; the vendor's component pages).
 */

/** `elements`, `columns`: lists of parts by tag. A name of SHAPES: one part, or a list of them. */
export type Kind = 'any' | 'string' | 'image' | 'elements' | 'columns' | 'text' | ShapeName;
export type Shape = Readonly<Record<string, Kind>>;
type ShapeName =
  | 'config'
  | 'summary'
  | 'link'
  | 'header'
  | 'body'
  | 'icon'
  | 'confirm'
  | 'behavior'
  | 'panel_header'
  | 'border'
  | 'text_tag'
  | 'action'
  | 'option';

const shape = (names: string, kinds: Shape = {}): Shape => ({
  ...Object.fromEntries(names.split(' ').map((name) => [name, 'any' as const])),
  ...kinds,
});

export const ROOT: Shape = { schema: 'any', config: 'config', card_link: 'link', header: 'header', body: 'body' };

export const SHAPES: Readonly<Record<ShapeName, Shape>> = {
  config: shape(
    'streaming_mode streaming_config locales enable_forward update_multi width_mode use_custom_translation enable_forward_interaction style',
    { summary: 'summary' },
  ),
  summary: shape('i18n_content', { content: 'string' }),
  link: shape('url pc_url ios_url android_url'),
  header: shape('template i18n_text_tag_list padding', {
    title: 'text',
    subtitle: 'text',
    icon: 'icon',
    text_tag_list: 'text_tag',
  }),
  body: shape('direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align', {
    elements: 'elements',
  }),
  icon: shape('tag token color size', { img_key: 'image' }),
  confirm: { title: 'text', text: 'text' },
  behavior: shape('type default_url pc_url ios_url android_url value behavior'),
  panel_header: shape('background_color vertical_align padding position width icon_position icon_expanded_angle', {
    title: 'text',
    icon: 'icon',
  }),
  border: shape('color corner_radius'),
  text_tag: shape('tag element_id color', { text: 'text' }),
  action: { multi_url: 'link' },
  option: shape('value disabled', {
    text: 'text',
    icon: 'icon',
    img_key: 'image',
    multi_url: 'link',
    disabled_tips: 'text',
    hover_tips: 'text',
  }),
};

/** Plain text, or text with marks, wherever a text stands. */
export const TEXT_TAGS: readonly string[] = ['plain_text', 'lark_md', 'markdown'];
export const TEXT: Shape = shape('tag element_id i18n_content text_size text_color text_align lines icon', {
  content: 'string',
});

const COMMON = 'tag element_id margin';
const CONTAINER = `${COMMON} direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align`;
const PICKER = `${COMMON} type name required disabled width`;
const picker = (own: string): Shape =>
  shape(`${PICKER} ${own}`.trim(), {
    placeholder: 'text',
    confirm: 'confirm',
    behaviors: 'behavior',
    options: 'option',
  });

export const COLUMN: Shape = shape(`${CONTAINER} background_style width weight`, {
  elements: 'elements',
  action: 'action',
});

export const ELEMENTS: Readonly<Record<string, Shape>> = {
  markdown: shape(`${COMMON} text_size text_align`, { content: 'string', icon: 'icon' }),
  div: shape(`${COMMON} width`, { text: 'text', icon: 'icon' }),
  hr: shape(COMMON),
  img: shape(`${COMMON} transparent preview corner_radius scale_type size mode`, {
    img_key: 'image',
    alt: 'text',
    title: 'text',
  }),
  img_combination: shape(`${COMMON} combination_mode combination_transparent corner_radius img_list`),
  person: shape(`${COMMON} user_id size show_avatar show_name style`),
  person_list: shape(`${COMMON} persons size show_name show_avatar lines drop_invalid_user_id`, { icon: 'icon' }),
  chart: shape(`${COMMON} chart_spec aspect_ratio color_theme preview height`),
  table: shape(`${COMMON} page_size row_height row_max_height freeze_first_column header_style columns rows`),
  audio: shape(`${COMMON} file_key audio_id show_time style background_color fill_color fallback`),
  column_set: shape(`${COMMON} horizontal_spacing horizontal_align vertical_align flex_mode background_style`, {
    columns: 'columns',
    action: 'action',
  }),
  collapsible_panel: shape(`${CONTAINER} expanded background_color`, {
    header: 'panel_header',
    border: 'border',
    elements: 'elements',
  }),
  form: shape(`${CONTAINER} name`, { elements: 'elements', confirm: 'confirm' }),
  interactive_container: shape(
    `${CONTAINER} width height background_style has_border border_color corner_radius disabled`,
    {
      elements: 'elements',
      behaviors: 'behavior',
      confirm: 'confirm',
      disabled_tips: 'text',
      hover_tips: 'text',
    },
  ),
  button: shape(`${COMMON} type size width disabled name required form_action_type`, {
    text: 'text',
    icon: 'icon',
    hover_tips: 'text',
    disabled_tips: 'text',
    confirm: 'confirm',
    behaviors: 'behavior',
  }),
  input: shape(
    `${COMMON} name required default_value disabled width max_length input_type show_icon rows auto_resize max_rows label_position value`,
    {
      placeholder: 'text',
      disabled_tips: 'text',
      label: 'text',
      behaviors: 'behavior',
      confirm: 'confirm',
    },
  ),
  overflow: shape(`${COMMON} width value`, { options: 'option', confirm: 'confirm' }),
  checker: shape(`${COMMON} name checked disabled overall_checkable button_area checked_style padding`, {
    text: 'text',
    confirm: 'confirm',
    behaviors: 'behavior',
    hover_tips: 'text',
    disabled_tips: 'text',
  }),
  select_static: picker('initial_option initial_index'),
  multi_select_static: picker('selected_values'),
  select_person: picker('initial_option'),
  multi_select_person: picker('selected_values'),
  date_picker: picker('initial_date value'),
  picker_time: picker('initial_time value'),
  picker_datetime: picker('initial_datetime value'),
  select_img: picker('multi_select layout can_preview aspect_ratio value disabled_tips'),
};
